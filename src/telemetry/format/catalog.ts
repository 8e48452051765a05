/**
 * Every operator of Envoy 1.40's formats (docs: configuration/advanced/substitution_formatter): what is answered, what nothing here can
 * ever fill, and what is refused by name.
 */
import { hostname } from 'node:os';
import { ADDRESS_OPERATORS } from './address-operators.ts';
import { ATTEMPT_OPERATORS } from './attempt-operators.ts';
import { BYTE_OPERATORS } from './byte-operators.ts';
import { toBytes } from './byte-text.ts';
import { coalesce } from './coalesce.ts';
import { DATA_OPERATORS } from './data-operators.ts';
import { HTTP_OPERATORS } from './http-operators.ts';
import { type Catalog, plain } from './kind.ts';
import { ConstantNumberOperator, ConstantOperator } from './operator.ts';
import { STREAM_OPERATORS } from './stream-operators.ts';
import { TLS_OPERATORS } from './tls-operators.ts';

/** No feature of this proxy sets them, so Envoy's answer for "nothing" is the true one. */
const EMPTY: Catalog = {
  ...Object.fromEntries(
    ['BYTES_RETRANSMITTED', 'DOWNSTREAM_CX_RTT', 'PACKETS_RETRANSMITTED'].map((name) => [name, plain(() => new ConstantNumberOperator(0))]),
  ),
  ...Object.fromEntries(
    ['ROUNDTRIP_DURATION', 'SPAN_ID', 'TLS_JA3_FINGERPRINT', 'TLS_JA4_FINGERPRINT', 'TRACE_ID'].map((name) => [
      name,
      plain(() => new ConstantOperator(null)),
    ]),
  ),
  CUSTOM_FLAGS: plain(() => new ConstantOperator('')),
};

const PROCESS: Catalog = {
  HOSTNAME: plain(() => new ConstantOperator(toBytes(hostname()))),
  ENVIRONMENT: {
    params: 'required',
    length: true,
    make({ param, names }) {
      const value = names.environment(param);
      // A missing variable is a dash in JSON too.
      return new ConstantOperator(value === undefined ? '-' : toBytes(value));
    },
  },
};

export const OPERATORS: Catalog = {
  ...STREAM_OPERATORS,
  ...BYTE_OPERATORS,
  ...ATTEMPT_OPERATORS,
  ...ADDRESS_OPERATORS,
  ...TLS_OPERATORS,
  ...HTTP_OPERATORS,
  ...DATA_OPERATORS,
  ...PROCESS,
  ...EMPTY,
  COALESCE: { params: 'required', length: true, make: coalesce },
};

/** Operators of Envoy that need what is not written down here. */
export const UNSUPPORTED: ReadonlySet<string> = new Set([
  'CEL',
  'DOWNSTREAM_PEER_ISSUER_FINGERPRINT_256',
  'DOWNSTREAM_PEER_ISSUER_SERIAL',
  'TYPED_CEL',
]);
