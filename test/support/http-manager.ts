/**
 * A connection manager without sockets and without a protocol: the test plays the codec (requests in, answers out) and the
 * terminal filter.
 */
import { ipAddress } from '../../src/base/address.ts';
import { OverloadState } from '../../src/base/overload.ts';
import type { RequestDecoder, ResponseEncoder, ServerCallbacks, ServerConnection, StreamCallbacks } from '../../src/http/codec.ts';
import { FilterChain } from '../../src/http/conn-manager/filter-chain.ts';
import { InternalAddresses } from '../../src/http/conn-manager/internal-addresses.ts';
import { ConnectionManager } from '../../src/http/conn-manager/manager.ts';
import { DateField } from '../../src/http/conn-manager/response-head.ts';
import { RequestSanitizer, type SanitizeSettings } from '../../src/http/conn-manager/sanitize.ts';
import type { ConnectionManagerSettings, ConnectionTimeouts } from '../../src/http/conn-manager/settings.ts';
import { CONNECTION_MANAGER_STATS, LISTENER_HTTP_STATS } from '../../src/http/conn-manager/stats.ts';
import type { Fault } from '../../src/http/faults.ts';
import { constantField } from '../../src/http/field-pool.ts';
import {
  type FilterMethod,
  type FilterStream,
  type HttpFilter,
  type HttpFilterFactory,
  STOP_ITERATION,
  STOP_NO_BUFFER,
} from '../../src/http/filter.ts';
import { resolveName, SERVER } from '../../src/http/header-name.ts';
import { Headers } from '../../src/http/headers.ts';
import type { Route, RouteTable } from '../../src/http/route.ts';
import type { LogEntry } from '../../src/telemetry/access-log.ts';
import { type Protocol, StreamInfo } from '../../src/telemetry/stream-info.ts';
import { FakeConnection } from './connection.ts';
import { FakeStats } from './stats.ts';

/** `name: value` pairs to a request head. */
export function requestHead(path = '/', fields: Readonly<Record<string, string>> = {}, method = 'GET', authority = 'host'): Headers {
  const headers = new Headers();
  headers.method = method;
  headers.path = path;
  headers.authority = authority;
  for (const [name, value] of Object.entries(fields)) headers.add(resolveName(name), value);
  return headers;
}

export function responseHead(status = 200, fields: Readonly<Record<string, string>> = {}): Headers {
  const headers = new Headers();
  headers.status = status;
  for (const [name, value] of Object.entries(fields)) headers.add(resolveName(name), value);
  return headers;
}

export function fieldsOf(headers: Headers | null): { [name: string]: string } {
  const all: { [name: string]: string } = {};
  if (headers === null) return all;
  for (let i = 0; i < headers.count; i++) {
    const { name, value } = headers.field(i);
    all[name.text] = name.text in all ? `${all[name.text]} | ${value}` : value;
  }
  return all;
}

/** One exchange as the codec sees it. */
export class FakeExchange implements ResponseEncoder {
  readonly protocol: Protocol;
  readonly connection: FakeConnection;
  readonly codec: FakeServerCodec;
  callbacks: StreamCallbacks | null = null;
  decoder: RequestDecoder | null = null;
  wireBytesReceived = 0;
  wireBytesSent = 0;
  /** What was answered: `100`, `head 200`, `data x`, `trailers`, `end`, `reset CODE`. */
  readonly events: string[] = [];
  head: Headers | null = null;
  body = '';
  trailers: Headers | null = null;
  readDisabled = 0;
  requestEnded = false;
  over = false;

  constructor(codec: FakeServerCodec) {
    this.codec = codec;
    this.protocol = codec.protocol;
    this.connection = codec.connection;
  }

  setCallbacks(callbacks: StreamCallbacks): void {
    this.callbacks = callbacks;
  }

  encodeInformational(headers: Headers): void {
    this.events.push(String(headers.status));
  }

  encodeHeaders(headers: Headers, end: boolean): void {
    this.head = headers;
    this.events.push(`head ${headers.status}`);
    this.end(end);
  }

  encodeData(data: Buffer, end: boolean): void {
    const text = data.toString('latin1');
    this.body += text;
    this.events.push(`data ${text}`);
    this.end(end);
  }

  encodeTrailers(trailers: Headers): void {
    this.trailers = trailers;
    this.events.push('trailers');
    this.end(true);
  }

  reset(fault: Fault): void {
    if (this.over) return;
    this.over = true;
    this.events.push(`reset ${fault.code}`);
    this.codec.onExchangeOver(this, true);
  }

  readDisable(disable: boolean): void {
    this.readDisabled += disable ? 1 : -1;
    if (this.readDisabled < 0) throw new RangeError('readDisable(false) without a readDisable(true)');
  }

  private end(end: boolean): void {
    if (!end) return;
    this.over = true;
    this.events.push('end');
    this.codec.onExchangeOver(this, !this.requestEnded);
  }

  // ── what the test calls, as the client ──────────────────────────────────────────────────────────────────────────

  data(text: string, end = false): void {
    // Borrowed: gone when the call returns.
    const bytes = Buffer.from(text, 'latin1');
    this.requestEnded ||= end;
    this.decoder?.decodeData(bytes, end);
    bytes.fill(0xdd);
  }

  finish(): void {
    this.data('', true);
  }

  trailersEnd(fields: Readonly<Record<string, string>> = {}): void {
    const headers = new Headers();
    for (const [name, value] of Object.entries(fields)) headers.add(resolveName(name), value);
    this.requestEnded = true;
    this.decoder?.decodeTrailers(headers);
  }

  /** The client resets the stream. */
  abort(fault: Fault): void {
    this.over = true;
    this.callbacks?.onReset(fault);
  }
}

/**
 * A server codec that plays one protocol or the other. As HTTP/1.1 it is finished when a response ends before its request, or after `drain`;
 * as HTTP/2 when nothing runs after the second `drain`.
 */
export class FakeServerCodec implements ServerConnection {
  readonly protocol: Protocol;
  readonly connection: FakeConnection;
  readonly callbacks: ServerCallbacks;
  readonly exchanges: FakeExchange[] = [];
  /** Bytes that were fed. */
  input = '';
  drains = 0;
  readingHead = false;

  constructor(connection: FakeConnection, callbacks: ServerCallbacks, protocol: Protocol = 'HTTP/1.1') {
    this.protocol = protocol;
    this.connection = connection;
    this.callbacks = callbacks;
  }

  get drained(): boolean {
    return this.drains > 0;
  }

  get activeStreams(): number {
    return this.exchanges.filter((e) => !e.over).length;
  }

  /** Starts a request; null when the manager refuses. */
  request(headers: Headers, end = true): FakeExchange {
    const exchange = new FakeExchange(this);
    exchange.requestEnded = end;
    exchange.decoder = this.callbacks.newStream(exchange);
    if (exchange.decoder === null) throw new Error('the stream was refused');
    this.exchanges.push(exchange);
    exchange.decoder.decodeHeaders(headers, end);
    return exchange;
  }

  earlyError(fault: Fault): FakeExchange {
    const exchange = new FakeExchange(this);
    this.exchanges.push(exchange);
    this.drains++;
    this.callbacks.onEarlyError(exchange, new Headers(), fault);
    return exchange;
  }

  onData(buffer: Buffer, start: number, end: number): void {
    this.input += buffer.toString('latin1', start, end);
    this.readingHead = this.input.endsWith('partial');
  }

  /** A tunnel goes on in the other direction. */
  onEnd(): void {
    for (const exchange of this.exchanges) {
      if (exchange.over) continue;
      if (exchange.head?.status === 101) exchange.finish();
      else exchange.abort(DISCONNECT);
    }
  }

  onClose(): void {
    for (const exchange of this.exchanges) if (!exchange.over) exchange.callbacks?.onReset(DISCONNECT);
  }

  onAboveHighWatermark(): void {
    for (const exchange of this.exchanges) if (!exchange.over) exchange.callbacks?.onAboveHighWatermark();
  }

  onBelowLowWatermark(): void {
    for (const exchange of this.exchanges) if (!exchange.over) exchange.callbacks?.onBelowLowWatermark();
  }

  drain(): void {
    this.drains++;
    if (this.protocol === 'HTTP/2' && this.drains > 1 && this.activeStreams === 0) this.callbacks.onFinished(false);
  }

  abandonHead(fault: Fault): void {
    this.readingHead = false;
    this.earlyError(fault);
  }

  onExchangeOver(_exchange: FakeExchange, broken: boolean): void {
    if (this.protocol === 'HTTP/2') {
      if (this.drains > 1 && this.activeStreams === 0) this.callbacks.onFinished(false);
    } else if (broken || (this.drained && this.activeStreams === 0)) this.callbacks.onFinished(broken);
  }
}

/** Takes the request and answers when the test says so. */
export class TestTerminal implements HttpFilter {
  stream: FilterStream | null = null;
  /** `head`, `data x`, `trailers`, `end`, `high`, `low`, `destroy`. */
  readonly events: string[] = [];

  decodeHeaders(stream: FilterStream, headers: Headers, end: boolean) {
    this.stream = stream;
    this.note(`head ${headers.path}`, end);
    return STOP_ITERATION;
  }

  decodeData(_stream: FilterStream, data: Buffer, end: boolean) {
    this.note(`data ${data.toString('latin1')}`, end);
    return STOP_NO_BUFFER;
  }

  decodeTrailers() {
    this.note('trailers', true);
    return STOP_ITERATION;
  }

  onDownstreamAboveHighWatermark(): void {
    this.events.push('high');
  }

  onDownstreamBelowLowWatermark(): void {
    this.events.push('low');
  }

  onDestroy(): void {
    this.events.push('destroy');
  }

  respond(status = 200, body = '', fields: Readonly<Record<string, string>> = {}): void {
    this.stream?.encodeHeaders(responseHead(status, fields), body === '');
    if (body !== '') this.stream?.encodeData(Buffer.from(body, 'latin1'), true);
  }

  private note(event: string, end: boolean): void {
    this.events.push(event);
    if (end) this.events.push('end');
  }
}

const METHODS: readonly FilterMethod[] = [
  'decodeHeaders',
  'decodeData',
  'decodeTrailers',
  'encodeInformational',
  'encodeHeaders',
  'encodeData',
  'encodeTrailers',
  'onDownstreamAboveHighWatermark',
  'onDownstreamBelowLowWatermark',
  'onDestroy',
];

/** A factory whose filters are what `create` makes; methods are found on the first one. */
export function filterFactory(name: string, create: () => HttpFilter, terminal = false): HttpFilterFactory {
  const sample = create();
  return { name, methods: METHODS.filter((m) => typeof sample[m] === 'function'), terminal, create };
}

export interface FixtureOptions {
  readonly filters?: readonly (readonly [string, () => HttpFilter])[];
  readonly offByDefault?: number;
  readonly route?: Route | null;
  readonly settings?: Partial<ConnectionManagerSettings>;
  readonly timeouts?: Partial<ConnectionTimeouts>;
  readonly sanitize?: Partial<SanitizeSettings>;
  readonly remote?: string;
  readonly protocol?: Protocol;
}

export const SANITIZE_DEFAULTS: SanitizeSettings = {
  useRemoteAddress: false,
  trustedHops: 0,
  skipForwardedFor: false,
  appendForwardedPort: false,
  internal: new InternalAddresses([], false),
  scheme: '',
  generateRequestId: true,
  preserveExternalRequestId: false,
  packTraceReason: true,
  via: '',
  clientCert: null,
  schemeOfUpstream: false,
  localIp: '192.0.2.2',
  detections: null,
  protoByPort: null,
  userAgent: null,
};

/** A manager on a connection in memory, with everything that a test looks at. */
export class ManagerFixture {
  readonly connection = new FakeConnection();
  readonly stats = new FakeStats();
  readonly logged: LogEntry[] = [];
  readonly life = { draining: false };
  readonly overload = new OverloadState();
  readonly terminals: TestTerminal[] = [];
  readonly manager: ConnectionManager;
  codec: FakeServerCodec | null = null;

  constructor(options: FixtureOptions = {}) {
    const { connection, stats } = this;
    if (options.remote !== undefined) connection.remoteAddress = ipAddress(options.remote, 40000);
    const factories = [
      ...(options.filters ?? []).map(([name, create]) => filterFactory(name, create)),
      filterFactory('terminal', () => new TestTerminal(), true),
    ];
    const last = factories.at(-1) as HttpFilterFactory;
    factories[factories.length - 1] = { ...last, create: () => this.terminal() };
    const table: RouteTable = { name: 't', version: '', internalOnlyHeaders: [], match: () => options.route ?? null };
    const settings: ConnectionManagerSettings = {
      codec: {
        create: (_connection, callbacks) => {
          this.codec = new FakeServerCodec(connection, callbacks, options.protocol);
          return this.codec;
        },
      },
      chain: new FilterChain(factories, options.offByDefault),
      upgrades: [],
      routes: { current: table },
      stats: stats.group('http.in.', CONNECTION_MANAGER_STATS),
      listenerStats: stats.group('listener.l.http.in.', LISTENER_HTTP_STATS),
      accessLogs: [{ log: (entry) => void this.logged.push(entry), flush() {} }],
      bufferLimit: 1024,
      life: this.life,
      overload: this.overload,
      paths: null,
      replies: null,
      hosts: null,
      early: [],
      safeMaxDuration: false,
      logRequests: false,
      logTunnels: false,
      sanitizer: new RequestSanitizer({ ...SANITIZE_DEFAULTS, ...options.sanitize }),
      timeouts: {
        request: 0,
        requestHeaders: 0,
        streamIdle: 300_000,
        maxStreamDuration: 0,
        logEvery: 0,
        maxConnectionJitter: 0,
        drainJitter: 0,
        connectionIdle: 3_600_000,
        maxConnectionDuration: 0,
        drain: 5000,
        delayedClose: 1000,
        ...options.timeouts,
      },
      maxRequests: 0,
      proxy100Continue: false,
      date: new DateField(),
      proxyStatus: null,
      tellOverload: false,
      server: constantField(SERVER, 'envoy'),
      serverIfAbsent: false,
      via: '',
      requestIdInResponse: false,
      keepAfterInvalid: false,
      ...options.settings,
    };
    this.manager = new ConnectionManager(settings);
    // Chain compilation looks at a filter or two.
    this.terminals.length = 0;
    connection.setCallbacks({
      onConnected() {},
      onData: (buffer, start, end) => void this.manager.onData(buffer, start, end),
      onEnd: () => this.manager.onEnd(),
      onClose: (by) => this.manager.onClose(by),
      onAboveHighWatermark: () => this.manager.onAboveHighWatermark(),
      onBelowLowWatermark: () => this.manager.onBelowLowWatermark(),
    });
    const downstream = {
      connectionId: connection.id,
      localAddress: connection.localAddress,
      directRemoteAddress: connection.remoteAddress,
      tls: null,
      serverName: '',
      listenerName: 'l',
      filterChainName: '',
    };
    this.manager.onNewConnection({ connection, info: new StreamInfo(downstream, 0, 0), continueReading() {} });
  }

  /** Starts a request (and the codec with the first). */
  request(headers: Headers = requestHead(), end = true): FakeExchange {
    if (this.codec === null) this.connection.push('.');
    return (this.codec as unknown as FakeServerCodec).request(headers, end);
  }

  /** The terminal filter of the stream that began last. */
  get last(): TestTerminal {
    return this.terminals.at(-1) as TestTerminal;
  }

  advance(ms: number): void {
    this.connection.dispatcher.advance(ms);
  }

  count(name: string): number {
    return this.stats.value(`http.in.${name}`);
  }

  private terminal(): TestTerminal {
    const terminal = new TestTerminal();
    this.terminals.push(terminal);
    return terminal;
  }
}

const DISCONNECT: Fault = {
  code: 'DOWNSTREAM_RESET',
  source: 'downstream',
  retryable: 0,
  flag: 1 << 14,
  http: 0,
  grpc: 1,
  details: 'downstream_remote_disconnect',
  body: '',
  closes: false,
};
