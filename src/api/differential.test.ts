import assert from 'node:assert/strict';
import * as es from '@bufbuild/protobuf';
import t from 'tap';
import { protobufEs } from '../../test/support/protobuf-es.ts';
import { RandomMessages } from '../../test/support/random-message.ts';
import { cloneMessage, sameMessages } from './compare.ts';
import { readMessage } from './decode.ts';
import type { MessageType } from './descriptor.ts';
import { buildMessage, type Dynamic } from './dynamic.ts';
import { writeMessage } from './encode.ts';
import { type JsonInput, readJson } from './from-json.ts';
import { findMessage, typeNames } from './pool.ts';
import { writeJson } from './to-json.ts';

const theirs = protobufEs();
const registry: es.Registry = { kind: 'registry', getMessage: theirs } as never;
const types = typeNames().flatMap((name) => findMessage(name) ?? []);

/** Ours against @bufbuild/protobuf, both ways, on the wire and in JSON. Throws at the first difference. */
function compare(type: MessageType, message: Dynamic): void {
  const desc = theirs(type.typeName);
  const bytes = writeMessage(type, message);
  const other = es.fromBinary(desc, bytes);
  assert.deepEqual(plain(other), plain(message), 'what they read from our bytes is what we wrote');
  const otherBytes = es.toBinary(desc, other);
  assert.deepEqual(plain(readMessage(type, otherBytes)), plain(message), 'we read their bytes');
  assert.equal(otherBytes.length, bytes.length, 'both wrote as much');

  const json = writeJson(type, message);
  const otherJson = es.toJson(desc, other, { registry, useProtoFieldName: true });
  assert.deepEqual(json, otherJson, 'the JSON is the same');
  assert.deepEqual(writeMessage(type, readJson(type, json as JsonInput)), bytes, 'and we read it back');
  const camel = es.toJson(desc, other, { registry });
  assert.deepEqual(writeMessage(type, readJson(type, camel as JsonInput)), bytes, 'in camel case too');
  assert.deepEqual(es.toBinary(desc, es.fromJson(desc, json, { registry })).length, bytes.length, 'and so do they');

  const copy = cloneMessage(type, message);
  assert.deepEqual(plain(copy), plain(message));
  assert.ok(sameMessages(type, copy, message));
  assert.deepEqual(plain(buildMessage(type, withoutTypes(message) as object)), plain(message), 'create takes the same shape');
}

/** Messages as plain objects: theirs and ours differ in prototype only for proto2. */
function plain(message: object): unknown {
  return structuredClone(message);
}

function withoutTypes(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map(withoutTypes);
  return Object.fromEntries(Object.entries(value).flatMap(([k, v]) => (k === '$typeName' ? [] : [[k, withoutTypes(v)]])));
}

t.test('every message of the API is written, read and printed as an independent runtime does', (t) => {
  const random = new RandomMessages(20_261_121);
  let compared = 0;
  for (const type of types) {
    for (const depth of [0, 1, 3]) {
      const message = random.message(type, depth);
      try {
        compare(type, message);
        compared++;
      } catch (error) {
        t.fail(`${type.typeName}: ${error instanceof Error ? error.message : error}`);
        break;
      }
    }
  }
  t.equal(compared, types.length * 3);
  t.end();
});
