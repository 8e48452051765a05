import t from 'tap';
import { readMessage } from './decode.ts';
import { writeMessage } from './encode.ts';
import { findMessage } from './pool.ts';
import { WireError } from './wire-reader.ts';

function typeOf(name: string) {
  const type = findMessage(name);
  if (type === undefined) throw new Error(name);
  return type;
}
const cluster = typeOf('envoy.config.cluster.v3.Cluster');
const read = (name: string, bytes: readonly number[]) => readMessage(typeOf(name), Uint8Array.from(bytes));

t.test('what breaks off, runs over or cannot be a tag is refused', (t) => {
  for (const [what, bytes] of Object.entries({
    'a length beyond the end': [0x0a, 5, 1],
    'a length of 4 GiB': [0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f],
    'a varint that breaks off': [0x18, 0x80],
    'a varint of eleven bytes': [0x18, ...Array<number>(10).fill(0x80), 1],
    'a fixed64 of three bytes': [0x99, 0x3e, 1, 2, 3],
    'field number 0': [0x02, 0],
    'wire type 6': [0x0e],
    'wire type 7': [0x0f],
    'a tag of 36 bits': [0x98, 0x80, 0x80, 0x80, 0x10, 0],
    'a tag of six bytes': [0x98, 0x80, 0x80, 0x80, 0x80, 0x00, 0],
    'an end without a group': [0x0c],
    'a group that does not end': [0x0b],
    'a group that ends as another': [0x0b, 0x14],
    'a nested message that runs over its parent': [0x22, 1, 0x08, 1],
  })) {
    t.throws(() => readMessage(cluster, Uint8Array.from(bytes)), WireError, what);
  }
  t.end();
});

t.test('strings are UTF-8, and nothing of them is lost', (t) => {
  t.equal(read('envoy.config.cluster.v3.Cluster', [0x0a, 6, 0xef, 0xbb, 0xbf, 0xc3, 0xbc, 0])['name'], '\ufeffü\u0000');
  for (const bytes of [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0xc0, 0x80]]) {
    t.throws(() => read('envoy.config.cluster.v3.Cluster', [0x0a, bytes.length, ...bytes]), WireError);
  }
  t.end();
});

t.test('a field with another wire type than its own is an unknown field', (t) => {
  const bytes = [0x08, 5, 0x0a, 1, 0x61];
  const message = read('envoy.config.cluster.v3.Cluster', bytes);
  t.match(message, { name: 'a', $unknown: [{ no: 1, wireType: 0 }] });
  t.same([...writeMessage(cluster, message)], [0x0a, 1, 0x61, 0x08, 5], 'and is written again, behind the others');
  t.end();
});

t.test('unknown groups are kept whole', (t) => {
  const group = [0xbb, 0x7d, 0x08, 1, 0xc3, 0x7d, 0x0a, 0, 0xc4, 0x7d, 0xbc, 0x7d];
  t.same([...writeMessage(cluster, read('envoy.config.cluster.v3.Cluster', group))], group);
  t.end();
});

t.test('a message that stands twice is merged, of a scalar the last one counts, lists grow', (t) => {
  const duration = (field: number, value: number) => [0x22, 2, field, value];
  t.match(read('envoy.config.cluster.v3.Cluster', [...duration(0x08, 3), ...duration(0x10, 4)]), {
    connectTimeout: { seconds: 3n, nanos: 4 },
  });
  t.equal(read('envoy.config.cluster.v3.Cluster', [0x0a, 1, 0x61, 0x0a, 1, 0x62])['name'], 'b');
  const match = 'envoy.config.route.v3.RouteMatch';
  t.match(read(match, [0x0a, 1, 0x61, 0x12, 1, 0x62]), { pathSpecifier: { case: 'path', value: 'b' } }, 'the last member of a oneof');
  t.same(read('validate.StringRules', [0x52, 1, 0x61, 0x52, 1, 0x62])['in'], ['a', 'b']);
  t.end();
});

t.test('repeated numbers are read packed and one by one', (t) => {
  const rules = 'validate.UInt32Rules';
  t.same(read(rules, [0x30, 1, 0x30, 2])['in'], [1, 2]);
  t.same(read(rules, [0x32, 2, 1, 2, 0x30, 3])['in'], [1, 2, 3]);
  t.throws(() => read(rules, [0x32, 1, 0x80]), WireError);
  t.end();
});

t.test('an enum number that the API does not define is kept', (t) => {
  const message = read('envoy.config.cluster.v3.Cluster', [0x30, 99]);
  t.equal(message['lbPolicy'], 99);
  t.same([...writeMessage(cluster, message)], [0x30, 99]);
  t.end();
});

t.test('map entries may leave out key or value, and keys are only data', (t) => {
  const labels = 'envoy.config.core.v3.Metadata';
  t.same(read(labels, [0x0a, 0])['filterMetadata'], { '': {} });
  const proto = [...Buffer.from('__proto__')];
  const message = read(labels, [0x0a, proto.length + 2, 0x0a, proto.length, ...proto]);
  t.ok(Object.hasOwn(message['filterMetadata'] as object, '__proto__'));
  t.equal(writeMessage(typeOf(labels), message).length, proto.length + 6);
  t.end();
});

t.test('100 levels of nesting are read, more are refused', (t) => {
  const nested = (depth: number) => {
    let bytes: number[] = [0x18, 1];
    for (let i = 1; i < depth; i++) {
      const length = bytes.length > 127 ? [(bytes.length & 127) | 128, bytes.length >>> 7] : [bytes.length];
      bytes = [0x42, ...length, ...bytes];
    }
    return bytes;
  };
  t.ok(read('envoy.config.rbac.v3.Permission', nested(100)));
  t.throws(() => read('envoy.config.rbac.v3.Permission', nested(101)), WireError);
  t.end();
});
