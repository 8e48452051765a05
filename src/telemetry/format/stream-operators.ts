/** What happened to the stream: codes, flags, byte counts, durations, times, ids. */
import type { LogEntry } from '../access-log.ts';
import { logTypeName } from '../log-type.ts';
import { formatFlags } from '../response-flags.ts';
import type { ConnectTimes, Protocol, StreamInfo } from '../stream-info.ts';
import { NameBytes, oneLine } from './byte-text.ts';
import { type Catalog, type OperatorKind, type OperatorRequest, plain } from './kind.ts';
import { NumberOperator, Operator } from './operator.ts';
import { ISO_FORMAT, LOCAL_FORMAT, TimeFormat } from './time-format.ts';

class NumberOf extends NumberOperator {
  readonly read: (info: StreamInfo) => number;

  constructor(read: (info: StreamInfo) => number) {
    super();
    this.read = read;
  }

  text(entry: LogEntry): string {
    return String(this.read(entry.info));
  }
}

/** A name of the configuration; '' is none. */
class NameOf extends Operator {
  readonly read: (info: StreamInfo) => string;
  readonly bytes = new NameBytes();

  constructor(read: (info: StreamInfo) => string) {
    super();
    this.read = read;
  }

  text(entry: LogEntry): string | null {
    const name = this.read(entry.info);
    return name === '' ? null : this.bytes.of(name);
  }
}

class ProtocolOf extends Operator {
  readonly read: (info: StreamInfo) => Protocol;

  constructor(read: (info: StreamInfo) => Protocol) {
    super();
    this.read = read;
  }

  text(entry: LogEntry): string | null {
    return this.read(entry.info) || null;
  }
}

/** A reason in words, with underscores for its spaces: a log line is split at spaces. Most streams have the same one. */
class ReasonOf extends Operator {
  readonly read: (info: StreamInfo) => string;
  readonly keepSpaces: boolean;
  #reason = '';
  #line = '';

  constructor(read: (info: StreamInfo) => string, keepSpaces: boolean) {
    super();
    this.read = read;
    this.keepSpaces = keepSpaces;
  }

  text(entry: LogEntry): string | null {
    const reason = this.read(entry.info);
    if (reason === '') return null;
    return this.keepSpaces ? reason : reason.replace(/\s/g, '_');
  }

  override line(entry: LogEntry): string | null {
    const reason = this.read(entry.info);
    if (reason === '') return null;
    if (reason !== this.#reason) {
      this.#reason = reason;
      this.#line = oneLine(this.text(entry) ?? '');
    }
    return this.#line;
  }
}

class Flags extends Operator {
  text(entry: LogEntry): string {
    return formatFlags(entry.info.flags, entry.info.flagOrder);
  }
}

class LongFlags extends Operator {
  text(entry: LogEntry): string {
    return formatFlags(entry.info.flags, entry.info.flagOrder, true);
  }
}

/** Whole milliseconds between two events; none when one of them did not happen, or not in this order. */
class Duration extends NumberOperator {
  readonly from: (info: StreamInfo) => number;
  readonly to: (info: StreamInfo) => number;
  /** Units per millisecond. */
  readonly units: number;

  constructor(from: (info: StreamInfo) => number, to: (info: StreamInfo) => number, units = 1) {
    super();
    this.from = from;
    this.to = to;
    this.units = units;
  }

  text(entry: LogEntry): string | null {
    const from = this.from(entry.info);
    const to = this.to(entry.info);
    return from < 0 || to < from ? null : String(Math.floor((to - from) * this.units));
  }
}

/**
 * As Envoy 1.40 has it, whatever its documentation says: from the start of the stream back to the end of its connection's handshake, 0 or
 * less; nothing for TCP.
 */
class HandshakeDuration extends NumberOperator {
  text({ info }: LogEntry): string | null {
    const { handshakeEnd = -1 } = info.downstream;
    return handshakeEnd < 0 || info.protocol === '' ? null : String(Math.trunc(handshakeEnd - info.start));
  }
}

class WallTime extends Operator {
  readonly format: TimeFormat;
  readonly read: (info: StreamInfo) => number;

  constructor(format: TimeFormat, read: (info: StreamInfo) => number) {
    super();
    this.format = format;
    this.read = read;
  }

  text(entry: LogEntry): string {
    return this.format.format(this.read(entry.info));
  }
}

/** A TCP connection that is proxied gets an id when somebody asks for it. */
class StreamId extends Operator {
  text(entry: LogEntry): string | null {
    const { info } = entry;
    if (info.requestId === '' && info.protocol === '' && info.cluster !== null) info.requestId = randomId();
    return info.requestId === '' ? null : info.requestId;
  }

  override line(entry: LogEntry): string | null {
    const text = this.text(entry);
    return text === null ? null : oneLine(text);
  }
}

function randomId(): string {
  // Loading crypto takes 15 ms, and few formats ask for this.
  return process.getBuiltinModule('node:crypto').randomUUID();
}

class UniqueId extends Operator {
  text(): string {
    return randomId();
  }
}

class LocalReplyBody extends Operator {
  text(entry: LogEntry): string {
    return entry.localReplyBody;
  }
}

class AccessLogType extends Operator {
  text(entry: LogEntry): string {
    return logTypeName(entry);
  }
}

const number = (read: (info: StreamInfo) => number): OperatorKind => plain(() => new NumberOf(read));
const name = (read: (info: StreamInfo) => string): OperatorKind => plain(() => new NameOf(read));
const duration = (from: (info: StreamInfo) => number, to: (info: StreamInfo) => number): OperatorKind =>
  plain(() => new Duration(from, to));

/** A moment that is held as `sinceStart`. */
const after = (info: StreamInfo, micros: number): number => (micros < 0 ? -1 : info.start + micros / 1000);

const connectionOf = (info: StreamInfo): ConnectTimes | undefined =>
  info.upstreamLocalAddress === null ? undefined : info.upstreamMeter?.connection;

/** Points of `%COMMON_DURATION(FROM:TO:PRECISION)%`. */
const POINTS: Readonly<Record<string, (info: StreamInfo) => number>> = {
  DS_CX_BEG: (info) => (info.protocol === '' ? info.start : -1),
  DS_CX_END: (info) => (info.protocol === '' ? info.end : -1),
  DS_RX_BEG: (info) => info.start,
  DS_RX_END: (info) => info.requestComplete,
  US_CX_BEG: (info) => connectionOf(info)?.connectStart ?? -1,
  US_CX_END: (info) => connectionOf(info)?.connectEnd ?? -1,
  US_HS_END: (info) => connectionOf(info)?.secureEnd ?? -1,
  US_RX_BODY_BEG: (info) => after(info, info.upstreamBodyStart),
  US_TX_BEG: (info) => info.upstreamRequestStart,
  US_TX_END: (info) => info.upstreamRequestEnd,
  US_RX_BEG: (info) => info.upstreamResponseStart,
  US_RX_END: (info) => info.upstreamResponseEnd,
  DS_TX_BEG: (info) => info.responseStart,
  DS_TX_END: (info) => info.end,
};

const UNITS: Readonly<Record<string, number>> = { ms: 1, us: 1e3, ns: 1e6 };

function commonDuration({ param, fail }: OperatorRequest): Operator | null {
  const [from = '', to = '', precision = 'ms', ...more] = param.split(':');
  if (to === '' || more.length > 0) return fail(`takes FROM:TO:PRECISION, not "${param}"`);
  const units = UNITS[precision];
  if (units === undefined) return fail(`has no precision "${precision}", only ms, us and ns`);
  // Other names are points that filters set; none does.
  const never = (): number => -1;
  return new Duration(POINTS[from] ?? never, POINTS[to] ?? never, units);
}

function wallTime(local: boolean, read: (info: StreamInfo) => number): OperatorKind {
  return {
    params: 'optional',
    length: false,
    make({ param, fail }) {
      if (/%n|\n/.test(param)) return fail('the format has a newline');
      return new WallTime(new TimeFormat(param || (local ? LOCAL_FORMAT : ISO_FORMAT), local), read);
    },
  };
}

const startOf = (info: StreamInfo): number => info.startWall;
const endOf = (info: StreamInfo): number => info.startWall + Math.max(0, info.end - info.start);

export const STREAM_OPERATORS: Catalog = {
  START_TIME: wallTime(false, startOf),
  START_TIME_LOCAL: wallTime(true, startOf),
  EMIT_TIME: wallTime(false, endOf),
  EMIT_TIME_LOCAL: wallTime(true, endOf),
  PROTOCOL: plain(() => new ProtocolOf((info) => info.protocol)),
  UPSTREAM_PROTOCOL: plain(() => new ProtocolOf((info) => info.upstreamProtocol)),
  RESPONSE_CODE: number((info) => info.responseCode),
  RESPONSE_CODE_DETAILS: {
    params: 'optional',
    length: false,
    make: ({ param }) => new ReasonOf((info) => info.responseCodeDetails, param === 'ALLOW_WHITESPACES'),
  },
  CONNECTION_TERMINATION_DETAILS: plain(() => new ReasonOf((info) => info.connectionTerminationDetails, true)),
  DOWNSTREAM_TRANSPORT_FAILURE_REASON: plain(() => new ReasonOf((info) => info.downstreamTransportFailure, false)),
  UPSTREAM_TRANSPORT_FAILURE_REASON: plain(() => new ReasonOf((info) => info.upstreamTransportFailure, false)),
  RESPONSE_FLAGS: plain(() => new Flags()),
  RESPONSE_FLAGS_LONG: plain(() => new LongFlags()),
  DURATION: duration(
    (info) => info.start,
    (info) => info.end,
  ),
  REQUEST_DURATION: duration(
    (info) => info.start,
    (info) => info.requestComplete,
  ),
  REQUEST_TX_DURATION: duration(
    (info) => info.start,
    (info) => info.upstreamRequestEnd,
  ),
  RESPONSE_DURATION: duration(
    (info) => info.start,
    (info) => info.upstreamResponseStart,
  ),
  RESPONSE_TX_DURATION: duration(
    (info) => info.upstreamResponseStart,
    (info) => info.end,
  ),
  DOWNSTREAM_HANDSHAKE_DURATION: plain(() => new HandshakeDuration()),
  UPSTREAM_CONNECTION_POOL_READY_DURATION: duration(
    (info) => after(info, info.attemptStart),
    (info) => after(info, info.attemptReady),
  ),
  COMMON_DURATION: { params: 'required', length: false, make: commonDuration },
  ROUTE_NAME: name((info) => info.routeName),
  VIRTUAL_CLUSTER_NAME: name((info) => info.virtualClusterName),
  UPSTREAM_CLUSTER: name((info) => info.upstreamClusterStatName),
  UPSTREAM_CLUSTER_RAW: name((info) => info.upstreamCluster),
  FILTER_CHAIN_NAME: name((info) => info.downstream.filterChainName),
  LISTENER_NAME: name((info) => info.downstream.listenerName),
  CONNECTION_ID: number((info) => info.downstream.connectionId),
  UPSTREAM_CONNECTION_ID: number((info) => info.upstreamConnectionId),
  UPSTREAM_REQUEST_ATTEMPT_COUNT: number((info) => info.attempts),
  STREAM_ID: plain(() => new StreamId()),
  UNIQUE_ID: plain(() => new UniqueId()),
  LOCAL_REPLY_BODY: plain(() => new LocalReplyBody()),
  ACCESS_LOG_TYPE: plain(() => new AccessLogType()),
};
