/** What filters, routes and the router do with a header block, on the request of a mesh (12 fields), beside a Map from name to value. */
import { shareField } from '../../src/http/field-pool.ts';
import { CONTENT_TYPE, GRPC_TIMEOUT, pinName, X_ENVOY_EXPECTED_RQ_TIMEOUT_MS, X_REQUEST_ID } from '../../src/http/header-name.ts';
import { Field, Headers } from '../../src/http/headers.ts';
import type { Micro } from './harness.ts';

const NAMES = [
  'user-agent',
  'accept',
  'accept-encoding',
  'x-request-id',
  'traceparent',
  'content-type',
  'x-tenant',
  'x-b3-traceid',
  'x-b3-spanid',
  'x-b3-sampled',
  'x-forwarded-for',
  'x-forwarded-proto',
].map(pinName);
const VALUES = NAMES.map((name) => `value of ${name.text}`);
const LAST = pinName('x-tenant');
const ABSENT = pinName('x-nobody-sends-this');
const timeout = new Field(X_ENVOY_EXPECTED_RQ_TIMEOUT_MS, '15000', -1, false);

function block(): Headers {
  const headers = new Headers();
  for (let i = 0; i < NAMES.length; i++) headers.append(shareField(NAMES[i] as (typeof NAMES)[number], VALUES[i] as string));
  return headers;
}

const headers = block();
const map = new Map(NAMES.map((name, i) => [name.text, VALUES[i] as string]));

export default {
  name: 'header block of 12 fields',
  cases: [
    {
      name: 'get, present',
      run(times) {
        let sum = 0;
        for (let i = 0; i < times; i++) sum += (headers.get(i & 1 ? LAST : X_REQUEST_ID) as string).length;
        return sum;
      },
    },
    {
      name: 'get, absent by its bit',
      run(times) {
        let sum = 0;
        for (let i = 0; i < times; i++) if (headers.get(GRPC_TIMEOUT) === undefined) sum++;
        return sum;
      },
    },
    {
      name: 'get, absent after a look',
      run(times) {
        let sum = 0;
        for (let i = 0; i < times; i++) if (headers.get(ABSENT) === undefined) sum++;
        return sum;
      },
    },
    {
      name: 'Map.get, present',
      run(times) {
        let sum = 0;
        for (let i = 0; i < times; i++) sum += (map.get(i & 1 ? 'x-tenant' : 'x-request-id') as string).length;
        return sum;
      },
    },
    {
      name: 'set over what is there',
      run(times) {
        for (let i = 0; i < times; i++) headers.set(CONTENT_TYPE, i & 1 ? 'text/plain' : 'text/html');
        return headers.get(CONTENT_TYPE);
      },
    },
    {
      name: 'append a field, remove it',
      run(times) {
        for (let i = 0; i < times; i++) {
          headers.append(timeout);
          headers.remove(X_ENVOY_EXPECTED_RQ_TIMEOUT_MS);
        }
        return headers.count;
      },
    },
    {
      name: 'build the block',
      run(times) {
        let sum = 0;
        for (let i = 0; i < times; i++) {
          const made = new Headers();
          for (let k = 0; k < headers.count; k++) made.append(headers.field(k));
          sum += made.count;
        }
        return sum;
      },
    },
  ],
} satisfies Micro;
