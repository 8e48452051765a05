import { type FieldType, type MessageType, SUBMESSAGE } from '../../src/api/descriptor.ts';
import { type Dynamic, type MapValue, newMessage, setValue } from '../../src/api/dynamic.ts';
import { writeMessage } from '../../src/api/encode.ts';
import { findMessage } from '../../src/api/pool.ts';
import { LIST, MAP, ScalarType } from '../../src/api/table.ts';

/** Messages of any type with valid content, the same for the same seed. */
export class RandomMessages {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** A number below `n` (mulberry32). */
  below(n: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % n;
  }

  message(type: MessageType, depth: number): Dynamic {
    const message = newMessage(type);
    switch (type.typeName) {
      case 'google.protobuf.Duration':
        return Object.assign(message, { seconds: BigInt(this.below(1e6)) * this.#sign(), nanos: 0 });
      case 'google.protobuf.Timestamp':
        return Object.assign(message, { seconds: BigInt(this.below(2 ** 31)), nanos: this.below(1000) * 1_000_000 });
      case 'google.protobuf.Any':
        return this.#any(message, depth);
      case 'google.protobuf.Value':
        setValue(message, this.#pick(type.types.slice(0, 4)), 0);
        this.#fillValue(message);
        return message;
    }
    for (const field of type.types) if (this.below(3) > 0) this.#fill(field, message, depth);
    return message;
  }

  #fill(field: FieldType, message: Dynamic, depth: number): void {
    if (field.valueKind === SUBMESSAGE && depth <= 0) return;
    if (field.label === LIST) message[field.localName] = Array.from({ length: this.below(3) }, () => this.#value(field, depth));
    else if (field.label === MAP) {
      const map: MapValue = {};
      for (let i = this.below(3); i > 0; i--) map[String(this.#key(field.mapKey))] = this.#value(field, depth);
      message[field.localName] = map;
    } else setValue(message, field, this.#value(field, depth));
  }

  #value(field: FieldType, depth: number): unknown {
    if (field.valueKind !== SUBMESSAGE) {
      if (field.valueKind === 1) return this.#pick(field.enum.values).number;
      return this.#scalar(field.scalar);
    }
    const type = field.message;
    if (field.form === 1) return this.#scalar(type.types[0]?.scalar ?? ScalarType.STRING);
    return field.form === 2 ? this.#object(2) : this.message(type, depth - 1);
  }

  #key(scalar: ScalarType): unknown {
    return scalar === ScalarType.STRING ? this.#pick(['a', '', '1', 'ü', 'constructor', 'a.b/c']) : this.#scalar(scalar);
  }

  #scalar(scalar: ScalarType): unknown {
    switch (scalar) {
      case ScalarType.STRING:
        return this.#pick(['', 'x', 'ünï', '𝄞', 'a "b"\n\u0000', 'x'.repeat(200)]);
      case ScalarType.BOOL:
        return this.below(2) === 1;
      case ScalarType.BYTES:
        return new Uint8Array(Array.from({ length: this.below(4) }, () => this.below(256)));
      case ScalarType.DOUBLE:
        return this.#pick([0, 1, -1.5, 1e300, 5e-324, 0.1, -0]);
      case ScalarType.FLOAT:
        return this.#pick([0, 1, -1.5, 2 ** 20, 0.5]);
      case ScalarType.UINT32:
      case ScalarType.FIXED32:
        return this.#pick([0, 1, 127, 128, 16_384, 2 ** 31, 2 ** 32 - 1]);
      case ScalarType.INT32:
      case ScalarType.SINT32:
      case ScalarType.SFIXED32:
        return this.#pick([0, 1, -1, 300, 2 ** 31 - 1, -(2 ** 31)]);
      case ScalarType.UINT64:
      case ScalarType.FIXED64:
        return this.#pick([0n, 1n, 2n ** 32n, 2n ** 53n + 1n, 2n ** 64n - 1n]);
      default:
        return this.#pick([0n, 1n, -1n, 2n ** 40n, 2n ** 63n - 1n, -(2n ** 63n)]);
    }
  }

  #any(message: Dynamic, depth: number): Dynamic {
    const names = [
      'envoy.config.cluster.v3.Cluster',
      'google.protobuf.Duration',
      'google.protobuf.StringValue',
      'envoy.config.core.v3.Node',
    ];
    const type = findMessage(this.#pick(names)) as MessageType;
    const value = writeMessage(type, this.message(type, Math.min(depth - 1, 1)));
    return Object.assign(message, { typeUrl: `type.googleapis.com/${type.typeName}`, value });
  }

  /** Puts a value that fits into the kind that was chosen. */
  #fillValue(message: Dynamic): void {
    const kind = message['kind'] as { case: string; value: unknown };
    kind.value = { nullValue: 0, numberValue: this.below(1000) / 4, stringValue: 'text', boolValue: true }[kind.case];
  }

  #object(depth: number): MapValue {
    const object: MapValue = {};
    for (let i = this.below(4); i > 0; i--) object[this.#pick(['a', 'b', 'c d', ''])] = this.#json(depth);
    return object;
  }

  #json(depth: number): unknown {
    const simple = [null, true, 1.25, 'text', ''];
    if (depth === 0) return this.#pick(simple);
    return this.#pick([...simple, this.#object(depth - 1), [this.#json(depth - 1), null]]);
  }

  #pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }

  #sign(): bigint {
    return this.below(2) === 0 ? 1n : -1n;
  }
}
