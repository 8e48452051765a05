/** Bytes on the wire of both sides, and how many of them were heads. */
import type { HeaderView, LogEntry } from '../access-log.ts';
import type { ByteMeter } from '../stream-info.ts';
import { type Catalog, type OperatorKind, plain } from './kind.ts';
import { NumberOperator } from './operator.ts';

class Bytes extends NumberOperator {
  readonly read: (entry: LogEntry) => number | undefined;

  constructor(read: (entry: LogEntry) => number | undefined) {
    super();
    this.read = read;
  }

  text(entry: LogEntry): string {
    return String(this.read(entry) ?? 0);
  }
}

type MeterOf = (entry: LogEntry) => ByteMeter | null;

const client: MeterOf = (entry) => entry.encoder ?? null;
const upstream: MeterOf = (entry) => entry.info.upstreamMeter;

function bytes(read: (entry: LogEntry) => number | undefined): OperatorKind {
  return plain(() => new Bytes(read));
}

const sizeOf = (block: HeaderView | null): number => block?.byteSize() ?? 0;

/** HTTP/1.1 compresses nothing. In HTTP/2 what was sent is what the block holds at the end. */
const plainSent = (meter: ByteMeter | null, block: HeaderView | null, trailers: HeaderView | null): number | undefined =>
  meter?.plainBytesReceived === undefined ? meter?.headBytesSent : sizeOf(block) + sizeOf(trailers);

const plainReceived = (meter: ByteMeter | null): number | undefined => meter?.plainBytesReceived ?? meter?.headBytesReceived;

export const BYTE_OPERATORS: Catalog = {
  BYTES_RECEIVED: bytes(({ info }) => info.bytesReceived),
  BYTES_SENT: bytes(({ info }) => info.bytesSent),
  DOWNSTREAM_WIRE_BYTES_RECEIVED: bytes(({ info }) => info.wireBytesReceived),
  DOWNSTREAM_WIRE_BYTES_SENT: bytes(({ info }) => info.wireBytesSent),
  DOWNSTREAM_HEADER_BYTES_RECEIVED: bytes((entry) => client(entry)?.headBytesReceived),
  DOWNSTREAM_HEADER_BYTES_SENT: bytes((entry) => client(entry)?.headBytesSent),
  DOWNSTREAM_DECOMPRESSED_HEADER_BYTES_RECEIVED: bytes((entry) => plainReceived(client(entry))),
  DOWNSTREAM_DECOMPRESSED_HEADER_BYTES_SENT: bytes((entry) => plainSent(client(entry), entry.responseHeaders, entry.responseTrailers)),
  UPSTREAM_WIRE_BYTES_RECEIVED: bytes((entry) => upstream(entry)?.wireBytesReceived),
  UPSTREAM_WIRE_BYTES_SENT: bytes((entry) => upstream(entry)?.wireBytesSent),
  UPSTREAM_HEADER_BYTES_RECEIVED: bytes((entry) => upstream(entry)?.headBytesReceived),
  UPSTREAM_HEADER_BYTES_SENT: bytes((entry) => upstream(entry)?.headBytesSent),
  UPSTREAM_DECOMPRESSED_HEADER_BYTES_RECEIVED: bytes((entry) => plainReceived(upstream(entry))),
  UPSTREAM_DECOMPRESSED_HEADER_BYTES_SENT: bytes((entry) => plainSent(upstream(entry), entry.requestHeaders, null)),
};
