/** Headers, path, query and gRPC status. */
import type { HeaderKey, HeaderView, LogEntry } from '../access-log.ts';
import { oneLine } from './byte-text.ts';
import { GRPC_CAMEL, GRPC_SNAKE, grpcStatusOf } from './grpc-status.ts';
import { type Catalog, type FormatNames, type OperatorKind, type OperatorRequest, plain } from './kind.ts';
import { NumberOperator, Operator } from './operator.ts';
import { decodePercent, decodeVisible, queryOf, queryParameter, withoutQuery } from './query.ts';

type ReadBlock = (entry: LogEntry) => HeaderView | null;

/** First value of a header, or of its alternative. */
class HeaderOf extends Operator {
  readonly block: ReadBlock;
  readonly key: HeaderKey;
  readonly alternative: HeaderKey | null;

  constructor(block: ReadBlock, key: HeaderKey, alternative: HeaderKey | null) {
    super();
    this.block = block;
    this.key = key;
    this.alternative = alternative;
  }

  text(entry: LogEntry): string | null {
    const block = this.block(entry);
    if (block === null) return null;
    const value = block.get(this.key);
    if (value !== undefined) return value;
    return this.alternative === null ? null : (block.get(this.alternative) ?? null);
  }
}

class HeaderWithoutQuery extends Operator {
  readonly header: HeaderOf;

  constructor(header: HeaderOf) {
    super();
    this.header = header;
  }

  text(entry: LogEntry): string | null {
    const value = this.header.text(entry);
    return value === null ? null : withoutQuery(value);
  }
}

const TOKEN = /^[:!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

function headerOf(block: ReadBlock, { param, names, fail }: OperatorRequest): HeaderOf | null {
  const [name = '', alternative = '', ...more] = param.split('?');
  if (more.length > 0) return fail(`has more than one alternative header in "${param}"`);
  if (name === '' && alternative === '') return fail('takes a header name');
  for (const one of [name, alternative]) if (one !== '' && !TOKEN.test(one)) return fail(`"${one}" is no header name`);
  if (name === '') return new HeaderOf(block, names.header(alternative), null);
  return new HeaderOf(block, names.header(name), alternative === '' ? null : names.header(alternative));
}

function header(block: ReadBlock): OperatorKind {
  return { params: 'required', length: true, make: (request) => headerOf(block, request) };
}

/** The target as the client sent it (before a rewrite), or as it is now. */
class PathOf extends Operator {
  readonly keys: readonly HeaderKey[];
  readonly query: boolean;

  constructor(keys: readonly HeaderKey[], query: boolean) {
    super();
    this.keys = keys;
    this.query = query;
  }

  text(entry: LogEntry): string | null {
    for (const key of this.keys) {
      const path = entry.requestHeaders?.get(key);
      if (path !== undefined && path !== '') return this.query ? path : withoutQuery(path);
    }
    return null;
  }
}

function originalOrPath(names: FormatNames): HeaderKey[] {
  return [names.header('x-envoy-original-path'), names.header(':path')];
}

function path({ param, names, fail }: OperatorRequest): Operator | null {
  const [query = '', source = 'ORIG_OR_PATH', ...more] = param.split(':');
  if (!['', 'WQ', 'NQ'].includes(query)) return fail(`has no option "${query}", only WQ and NQ`);
  const [original, current] = originalOrPath(names) as [HeaderKey, HeaderKey];
  const keys = { ORIG: [original], PATH: [current], ORIG_OR_PATH: [original, current] } as const;
  if (more.length > 0 || !Object.hasOwn(keys, source)) return fail(`has no option "${source}", only ORIG, PATH and ORIG_OR_PATH`);
  return new PathOf(keys[source as keyof typeof keys], query !== 'NQ');
}

class QueryParameter extends Operator {
  readonly path: PathOf;
  readonly name: string;

  constructor(path: PathOf, name: string) {
    super();
    this.path = path;
    this.name = name;
  }

  override line(entry: LogEntry): string | null {
    const value = this.text(entry);
    return value === null ? null : oneLine(value);
  }

  text(entry: LogEntry): string | null {
    const path = this.path.text(entry);
    return path === null ? null : queryParameter(path, this.name);
  }
}

class Query extends Operator {
  readonly path: PathOf;
  readonly decoded: boolean;

  constructor(path: PathOf, decoded: boolean) {
    super();
    this.path = path;
    this.decoded = decoded;
  }

  text(entry: LogEntry): string | null {
    const path = this.path.text(entry);
    const query = path === null ? null : queryOf(path);
    return query === null || !this.decoded ? query : decodeVisible(query);
  }
}

function queryParameterOf({ param, names }: OperatorRequest): Operator {
  return new QueryParameter(new PathOf(originalOrPath(names), true), decodePercent(param));
}

function query({ param, names, fail }: OperatorRequest): Operator | null {
  if (!['', 'ORIG', 'DECODED'].includes(param)) return fail(`has no option "${param}", only ORIG and DECODED`);
  return new Query(new PathOf(originalOrPath(names), true), param === 'DECODED');
}

/** Bytes of a block as it is now: names and values. */
class BlockBytes extends NumberOperator {
  readonly block: ReadBlock;

  constructor(block: ReadBlock) {
    super();
    this.block = block;
  }

  text(entry: LogEntry): string {
    return String(this.block(entry)?.byteSize() ?? 0);
  }
}

/** Of gRPC requests alone: from the trailers, the response head, or the HTTP status. */
class GrpcStatus {
  readonly contentType: HeaderKey;
  readonly grpcStatus: HeaderKey;

  constructor(names: FormatNames) {
    this.contentType = names.header('content-type');
    this.grpcStatus = names.header('grpc-status');
  }

  /** -1 when there is none. */
  of(entry: LogEntry): number {
    const type = entry.requestHeaders?.get(this.contentType);
    if (type === undefined || !/^application\/grpc(?:$|\+)/.test(type)) return -1;
    const said = entry.responseTrailers?.get(this.grpcStatus) ?? entry.responseHeaders?.get(this.grpcStatus);
    return grpcStatusOf(said, entry.info.responseCode);
  }
}

class GrpcStatusText extends Operator {
  readonly status: GrpcStatus;
  readonly words: readonly string[];

  constructor(status: GrpcStatus, words: readonly string[]) {
    super();
    this.status = status;
    this.words = words;
  }

  text(entry: LogEntry): string | null {
    const status = this.status.of(entry);
    return status < 0 ? null : (this.words[status] ?? String(status));
  }
}

class GrpcStatusNumber extends NumberOperator {
  readonly status: GrpcStatus;

  constructor(status: GrpcStatus) {
    super();
    this.status = status;
  }

  text(entry: LogEntry): string | null {
    const status = this.status.of(entry);
    return status < 0 ? null : String(status);
  }
}

function grpcStatus({ param, names, fail }: OperatorRequest): Operator | null {
  if (param === 'NUMBER') return new GrpcStatusNumber(new GrpcStatus(names));
  if (param === '' || param === 'CAMEL_STRING') return new GrpcStatusText(new GrpcStatus(names), GRPC_CAMEL);
  if (param === 'SNAKE_STRING') return new GrpcStatusText(new GrpcStatus(names), GRPC_SNAKE);
  return fail(`has no option "${param}", only CAMEL_STRING, SNAKE_STRING and NUMBER`);
}

const request: ReadBlock = (entry) => entry.requestHeaders;
const response: ReadBlock = (entry) => entry.responseHeaders;
const trailers: ReadBlock = (entry) => entry.responseTrailers;

export const HTTP_OPERATORS: Catalog = {
  REQ: header(request),
  REQUEST_HEADER: header(request),
  RESP: header(response),
  RESPONSE_HEADER: header(response),
  TRAILER: header(trailers),
  RESPONSE_TRAILER: header(trailers),
  REQUEST_HEADERS_BYTES: plain(() => new BlockBytes(request)),
  RESPONSE_HEADERS_BYTES: plain(() => new BlockBytes(response)),
  RESPONSE_TRAILERS_BYTES: plain(() => new BlockBytes(trailers)),
  PATH: { params: 'optional', length: true, make: path },
  QUERY_PARAM: { params: 'required', length: true, make: queryParameterOf },
  QUERY_PARAMS: { params: 'optional', length: true, make: query },
  GRPC_STATUS: { params: 'optional', length: false, make: grpcStatus },
  GRPC_STATUS_NUMBER: { params: 'none', length: false, make: ({ names }) => new GrpcStatusNumber(new GrpcStatus(names)) },
};

/** Added by `envoy.formatter.req_without_query`. */
export const REQ_WITHOUT_QUERY: OperatorKind = {
  params: 'required',
  length: true,
  make(operator) {
    const found = headerOf(request, operator);
    return found === null ? null : new HeaderWithoutQuery(found);
  },
};
