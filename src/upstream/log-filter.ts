/** Which streams an access log writes down (envoy.config.accesslog.v3.AccessLogFilter), as objects that were made from the configuration. */
import type { RuntimeInteger } from '../base/runtime-values.ts';
import { Headers } from '../http/headers.ts';
import type { HeaderTest } from '../http/routing/header-match.ts';
import type { ValueTest } from '../http/routing/value-match.ts';
import type { AccessLog, HeaderKey, LogEntry } from '../telemetry/access-log.ts';
import { grpcStatusOf } from '../telemetry/format/grpc-status.ts';
import { logTypeOf } from '../telemetry/log-type.ts';
import type { MetadataValue } from '../telemetry/stream-info.ts';

export interface LogFilter {
  matches(entry: LogEntry): boolean;
}

/** A log that writes only what its filter lets through. */
export class FilteredLog implements AccessLog {
  readonly inner: AccessLog;
  readonly filter: LogFilter;

  constructor(log: AccessLog, filter: LogFilter) {
    this.inner = log;
    this.filter = filter;
  }

  log(entry: LogEntry): void {
    if (this.filter.matches(entry)) this.inner.log(entry);
  }

  flush(reopen: boolean): void {
    this.inner.flush(reopen);
  }
}

export const EQUAL = 0;
export const AT_LEAST = 1;
export const AT_MOST = 2;
export const NOT_EQUAL = 3;
export type Comparison = typeof EQUAL | typeof AT_LEAST | typeof AT_MOST | typeof NOT_EQUAL;

function compare(value: number, comparison: Comparison, wanted: number): boolean {
  switch (comparison) {
    case EQUAL:
      return value === wanted;
    case NOT_EQUAL:
      return value !== wanted;
    case AT_LEAST:
      return value >= wanted;
    case AT_MOST:
      return value <= wanted;
  }
}

/** Without an answer the status is 0. */
export class StatusCodeFilter implements LogFilter {
  readonly comparison: Comparison;
  readonly status: RuntimeInteger;

  constructor(comparison: Comparison, status: RuntimeInteger) {
    this.comparison = comparison;
    this.status = status;
  }

  matches(entry: LogEntry): boolean {
    return compare(entry.info.responseCode, this.comparison, this.status.read());
  }
}

/** Whole milliseconds from start to end. */
export class DurationFilter implements LogFilter {
  readonly comparison: Comparison;
  readonly ms: RuntimeInteger;

  constructor(comparison: Comparison, ms: RuntimeInteger) {
    this.comparison = comparison;
    this.ms = ms;
  }

  matches(entry: LogEntry): boolean {
    const { start, end } = entry.info;
    return end >= 0 && compare(Math.floor(end - start), this.comparison, this.ms.read());
  }
}

/** Nothing marks a stream as a health check, so every stream is none. */
export class EveryStream implements LogFilter {
  matches(): boolean {
    return true;
  }
}

/** A share of all streams: the same ones for everyone who samples by request id. */
export class SampleFilter implements LogFilter {
  /** Of the denominator, also where a key sets it. */
  readonly numerator: RuntimeInteger;
  readonly denominator: number;
  readonly byRequestId: boolean;

  constructor(numerator: RuntimeInteger, denominator: number, byRequestId: boolean) {
    this.numerator = numerator;
    this.denominator = denominator;
    this.byRequestId = byRequestId;
  }

  matches(entry: LogEntry): boolean {
    const id = this.byRequestId ? Number.parseInt(entry.info.requestId.slice(0, 8), 16) : Number.NaN;
    const random = Number.isNaN(id) ? Math.floor(Math.random() * this.denominator) : id % this.denominator;
    return random < this.numerator.read();
  }
}

export class AllOf implements LogFilter {
  readonly filters: readonly LogFilter[];

  constructor(filters: readonly LogFilter[]) {
    this.filters = filters;
  }

  matches(entry: LogEntry): boolean {
    for (const filter of this.filters) if (!filter.matches(entry)) return false;
    return true;
  }
}

export class AnyOf implements LogFilter {
  readonly filters: readonly LogFilter[];

  constructor(filters: readonly LogFilter[]) {
    this.filters = filters;
  }

  matches(entry: LogEntry): boolean {
    for (const filter of this.filters) if (filter.matches(entry)) return true;
    return false;
  }
}

/** A value that some filter wrote down (dynamic metadata). */
export class MetadataFilter implements LogFilter {
  readonly namespace: string;
  readonly path: readonly string[];
  readonly value: ValueTest;
  /** The answer where there is no such value. */
  readonly absent: boolean;

  constructor(namespace: string, path: readonly string[], value: ValueTest, absent: boolean) {
    this.namespace = namespace;
    this.path = path;
    this.value = value;
    this.absent = absent;
  }

  matches(entry: LogEntry): boolean {
    const { metadata } = entry.info;
    let value: MetadataValue | undefined = metadata === null || this.path.length === 0 ? undefined : metadata.get(this.namespace);
    for (const key of this.path) {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return this.absent;
      value = Object.hasOwn(value, key) ? value[key] : undefined;
    }
    return value === undefined ? this.absent : this.value.test(value);
  }
}

const NO_HEADERS = new Headers();

/** Of the request; a TCP connection has no headers. */
export class HeaderFilter implements LogFilter {
  readonly test: HeaderTest;

  constructor(test: HeaderTest) {
    this.test = test;
  }

  matches(entry: LogEntry): boolean {
    return this.test.matches(entry.requestHeaders instanceof Headers ? entry.requestHeaders : NO_HEADERS);
  }
}

/** Any of the flags; without a list any flag at all. */
export class FlagFilter implements LogFilter {
  readonly mask: number;

  constructor(mask: number) {
    this.mask = mask;
  }

  matches(entry: LogEntry): boolean {
    return (entry.info.flags & this.mask) !== 0;
  }
}

/** By the status in trailers or head, or what the HTTP status stands for; also of requests that are no gRPC. */
export class GrpcStatusFilter implements LogFilter {
  readonly header: HeaderKey;
  readonly statuses: ReadonlySet<number>;
  readonly exclude: boolean;

  constructor(header: HeaderKey, statuses: ReadonlySet<number>, exclude: boolean) {
    this.header = header;
    this.statuses = statuses;
    this.exclude = exclude;
  }

  matches(entry: LogEntry): boolean {
    const said = entry.responseTrailers?.get(this.header) ?? entry.responseHeaders?.get(this.header);
    const status = grpcStatusOf(said, entry.info.responseCode);
    return this.statuses.has(status < 0 ? 2 : status) !== this.exclude;
  }
}

/** By the moment of a stream at which the entry is written (telemetry/log-type.ts). */
export class LogTypeFilter implements LogFilter {
  readonly types: ReadonlySet<number>;
  readonly exclude: boolean;

  constructor(types: ReadonlySet<number>, exclude: boolean) {
    this.types = types;
    this.exclude = exclude;
  }

  matches(entry: LogEntry): boolean {
    return this.types.has(logTypeOf(entry)) !== this.exclude;
  }
}
