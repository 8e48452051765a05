import { frame } from '../backend/http2.ts';
import type { LoadPlan } from '../model.ts';

/** Where `bytes` (a HEADERS frame, and DATA when the request has a body) keeps what differs from one request to the next. */
export type RequestTemplate = { readonly bytes: Buffer; readonly streamIdAt: readonly number[]; readonly uniqueAt: readonly number[] };

type Field = { readonly name: string; readonly value: string; readonly unique?: boolean };

const HEX = 'c0ffee';

/** Fifteen headers with the sizes that a request between two services of a mesh has; three of them unlike in each request. */
function meshFields(plan: LoadPlan): readonly Field[] {
  return [
    { name: ':method', value: plan.method },
    { name: ':scheme', value: 'http' },
    { name: ':path', value: `${plan.path}?id=00000000&page=17`, unique: true },
    { name: ':authority', value: 'reviews.default.svc.cluster.local:9080' },
    { name: 'user-agent', value: 'Mozilla/5.0 (X11; Linux x86_64) bench/1.0 (like a browser) Version/126.0' },
    { name: 'accept', value: 'application/json, text/plain, */*' },
    { name: 'accept-encoding', value: 'gzip, deflate, br' },
    { name: 'accept-language', value: 'en-GB,en;q=0.9' },
    { name: 'authorization', value: `Bearer ${HEX.repeat(18)}` },
    { name: 'cookie', value: `session=${HEX.repeat(11)}; theme=dark` },
    { name: 'x-b3-sampled', value: '1' },
    {
      name: 'x-forwarded-client-cert',
      value: `By=spiffe://cluster.local/ns/default/sa/reviews;URI=spiffe://cluster.local/ns/default/sa/web`,
    },
    { name: 'content-type', value: plan.bodyBytes > 0 ? 'application/grpc' : 'application/json' },
    { name: 'traceparent', value: `00-00000000${'4'.repeat(24)}-00f067aa0ba902b7-01`, unique: true },
    { name: 'x-request-id', value: '00000000-1f0b-4b7e-9b0e-2f7f5b0e1f0b', unique: true },
  ];
}

function plainFields(plan: LoadPlan): readonly Field[] {
  const fields: Field[] = [
    { name: ':method', value: plan.method },
    { name: ':scheme', value: 'http' },
    { name: ':path', value: plan.path },
    { name: ':authority', value: 'bench.local' },
    { name: 'user-agent', value: 'bench' },
  ];
  if (plan.bodyBytes > 0) fields.push({ name: 'content-type', value: 'application/grpc' }, { name: 'te', value: 'trailers' });
  return fields;
}

/** The few entries of the static table that are used (RFC 7541, appendix A). */
const STATIC: Readonly<Record<string, number>> = {
  ':method\0GET': 2,
  ':method\0POST': 3,
  ':scheme\0http': 6,
  'accept-encoding\0gzip, deflate': 16,
};
const STATIC_NAMES: Readonly<Record<string, number>> = {
  ':authority': 1,
  ':path': 4,
  'accept-encoding': 16,
  'accept-language': 17,
  accept: 19,
  authorization: 23,
  'content-type': 31,
  cookie: 32,
  'user-agent': 58,
};

/** An HPACK integer with a prefix of `bits` bits (RFC 7541 §5.1). */
export function integer(value: number, bits: number, pattern: number): number[] {
  const most = (1 << bits) - 1;
  if (value < most) return [pattern | value];
  const bytes = [pattern | most];
  let rest = value - most;
  for (; rest >= 128; rest >>>= 7) bytes.push((rest & 127) | 128);
  bytes.push(rest);
  return bytes;
}

function text(value: string): number[] {
  return [...integer(value.length, 7, 0), ...Buffer.from(value, 'latin1')];
}

/**
 * Header blocks for one connection. The first request puts every repeated field into the peer's dynamic table, in an order that is
 * known, so every later request names them by index; fields unlike each time are literals without indexing. `first` and `later` say which one it is.
 */
export function requestTemplates(plan: LoadPlan): { readonly first: RequestTemplate; readonly later: RequestTemplate } {
  const fields = plan.meshHeaders === true ? meshFields(plan) : plainFields(plan);
  const repeated = fields.filter((field) => field.unique !== true && STATIC[`${field.name}\0${field.value}`] === undefined);
  const build = (known: boolean): RequestTemplate => {
    const block: number[] = [];
    const uniqueAt: number[] = [];
    for (const field of fields) {
      const indexed = STATIC[`${field.name}\0${field.value}`];
      const order = repeated.indexOf(field);
      if (indexed !== undefined) {
        block.push(...integer(indexed, 7, 0x80));
      } else if (order >= 0 && known) {
        // The newest entry has index 62 (RFC 7541 §2.3.3), so the oldest has 61 plus their number.
        block.push(...integer(61 + repeated.length - order, 7, 0x80));
      } else {
        const name = STATIC_NAMES[field.name] ?? 0;
        block.push(...(order >= 0 ? integer(name, 6, 0x40) : integer(name, 4, 0)));
        if (name === 0) block.push(...text(field.name));
        const value = text(field.value);
        if (field.unique === true) uniqueAt.push(9 + block.length + (value.length - field.value.length) + field.value.indexOf('00000000'));
        block.push(...value);
      }
    }
    const headers = frame(1, plan.bodyBytes > 0 ? 4 : 5, 0, Buffer.from(block));
    const frames = [headers];
    const streamIdAt = [5];
    if (plan.bodyBytes > 0) {
      frames.push(frame(0, 1, 0, Buffer.alloc(plan.bodyBytes, 'x')));
      streamIdAt.push(headers.length + 5);
    }
    return { bytes: Buffer.concat(frames), streamIdAt, uniqueAt };
  };
  return { first: build(false), later: build(true) };
}
