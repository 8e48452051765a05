/**
 * What is known about one stream (an HTTP request, or a TCP connection): contract 4. Written by the rooms on the way,
 * read by access logs, filters, CEL attributes, tracing and `/why`.
 *
 * Times are milliseconds of the worker's monotonic clock (`Clock.now`), -1 where the event did not happen; `startWall` is
 * the only wall-clock time.
 */
import type { Address } from '../base/address.ts';
import { orderFlags } from './response-flags.ts';

/** Identity of one side of a TLS session; empty where the certificate says nothing. */
export interface TlsSide {
  readonly uriSans: readonly string[];
  readonly dnsSans: readonly string[];
  /** Absent where nobody reads them out of the certificate. */
  readonly emailSans?: readonly string[];
  readonly ipSans?: readonly string[];
  readonly otherNameSans?: readonly string[];
  /** RFC 2253 order, as Envoy prints it. */
  readonly subject: string;
  readonly issuer: string;
  readonly serial: string;
  /** Lower-case hex SHA-256 of the DER. */
  readonly sha256: string;
  readonly sha1?: string;
  readonly validFrom: number;
  readonly validTo: number;
  /** With line ends, also after the last line; absent where nobody keeps it. */
  readonly pem?: string;
}

/** What the TLS transport socket knows after the handshake. */
export interface TlsInfo {
  readonly version: string;
  readonly cipher: string;
  /** Negotiated ALPN, '' when none. */
  readonly alpn: string;
  readonly sni: string;
  /** Group of the key exchange (`X25519`); absent or '': not known. */
  readonly group?: string;
  readonly sessionId: string;
  readonly peer: TlsSide | null;
  /** What the peer sent, `peer` first; absent: nothing but `peer` is known. */
  readonly peerChain?: readonly TlsSide[];
  readonly local: TlsSide | null;
  /** The peer's certificate was checked against the validation context. */
  readonly peerValidated: boolean;
}

/** The accepted connection a stream came in on. One object per connection, shared by its streams. */
export interface DownstreamInfo {
  readonly connectionId: number;
  /** Possibly restored (original destination). */
  readonly localAddress: Address;
  /** `localAddress` when it was restored: what clusters of type ORIGINAL_DST connect to. Null or absent: it was not. */
  readonly originalDestination?: Address | null;
  /** The peer on the wire. */
  readonly directRemoteAddress: Address;
  readonly tls: TlsInfo | null;
  /** SNI, '' when none. */
  readonly serverName: string;
  readonly listenerName: string;
  readonly filterChainName: string;
  /** Where the connection really arrived; absent: `localAddress`. */
  readonly directLocalAddress?: Address;
  /** Of the listener and the filter chain; null or absent: none. */
  readonly listenerMetadata?: ConfiguredMetadata | null;
  readonly filterChainMetadata?: ConfiguredMetadata | null;
  /** When the TLS handshake was over; absent: there was none. */
  readonly handshakeEnd?: number;
}

/** `filter_metadata` of a configuration, by namespace. */
export type ConfiguredMetadata = ReadonlyMap<string, object> | { readonly [namespace: string]: object };

/** A part of the configuration that took part in a stream, for those who ask what it says of itself. */
export interface Described {
  readonly metadata?: ConfiguredMetadata | object | null;
}

/** A host that was tried. */
export interface DescribedHost extends Described {
  readonly address: Address;
  readonly hostname: string;
}

/** When a connection that we opened came to stand; -1 where that did not happen. Absent: nobody wrote it down. */
export interface ConnectTimes {
  readonly connectStart?: number;
  /** Of TCP. */
  readonly connectEnd?: number;
  /** Of the TLS handshake. */
  readonly secureEnd?: number;
}

/** A route, as far as the log wants to know it. */
export interface DescribedRoute extends Described {
  readonly virtualHost: Described;
}

/** What one exchange took of a connection, as its codec counts it while it runs. Bytes. */
export interface ByteMeter {
  /** Heads, framing and bodies. */
  readonly wireBytesReceived?: number;
  readonly wireBytesSent?: number;
  /** Heads and trailers: in HTTP/1.1 their field lines, in HTTP/2 their frames. */
  readonly headBytesReceived?: number;
  readonly headBytesSent?: number;
  /** HTTP/2: names and values that came. */
  readonly plainBytesReceived?: number;
  readonly connection?: ConnectTimes | undefined;
}

/** Key of a typed filter-state object: made once, at module level, by whoever defines the object. */
export class FilterStateKey<T> {
  /** As `%FILTER_STATE(name)%` and CEL spell it. */
  readonly name: string;
  /** How the object is printed in logs; null: not printable. */
  readonly serialize: ((value: T) => string) | null;
  /** JSON of the object where it is more than a text (`%FILTER_STATE(name:TYPED)%`); null: the text as a JSON string. */
  readonly json: ((value: T) => string) | null;

  constructor(name: string, serialize: ((value: T) => string) | null = null, json: ((value: T) => string) | null = null) {
    this.name = name;
    this.serialize = serialize;
    this.json = json;
  }
}

/** JSON-like value of dynamic metadata (google.protobuf.Struct). */
export type MetadataValue = null | boolean | number | string | MetadataValue[] | { [key: string]: MetadataValue };

/** `HTTP/1.1` and friends as `%PROTOCOL%` prints them; '' for raw TCP. */
export type Protocol = '' | 'HTTP/1.0' | 'HTTP/1.1' | 'HTTP/2';

const MOST_MICROSECONDS = 2 ** 30 - 1;

export class StreamInfo {
  readonly downstream: DownstreamInfo;
  startWall: number;
  start: number;
  protocol: Protocol;

  /** Peer after XFF or PROXY protocol: `%DOWNSTREAM_REMOTE_ADDRESS%`, RBAC remote_ip. */
  remoteAddress: Address;
  requestId: string;

  /** 0 until a response head (ours or the upstream's) was sent. */
  responseCode: number;
  /** Why this code: `via_upstream`, `route_not_found` …; '' prints `-`. Constants of http/faults.ts, or of a filter. */
  responseCodeDetails: string;
  connectionTerminationDetails: string;
  /** Bits of FLAG. */
  flags: number;
  /** Those that `addFlags` set, in their order (response-flags.ts); 0: not known. */
  flagOrder: number;

  /** Body bytes, both counted at the downstream side: `%BYTES_RECEIVED%`, `%BYTES_SENT%`. */
  bytesReceived: number;
  bytesSent: number;
  /** Head bytes and framing included. */
  wireBytesReceived: number;
  wireBytesSent: number;

  requestComplete: number;
  upstreamRequestStart: number;
  upstreamRequestEnd: number;
  upstreamResponseStart: number;
  upstreamResponseEnd: number;
  responseStart: number;
  end: number;
  /** The scheme of the request is to be what the upstream connection is (`match_upstream`). */
  schemeOfUpstream: boolean;
  /** Why it is logged right now (log-type.ts); 0: because it is over. */
  logType: number;

  routeName: string;
  virtualHostName: string;
  virtualClusterName: string;
  /** What was chosen so far. */
  route: DescribedRoute | null;
  cluster: Described | null;
  host: DescribedHost | null;
  /** Hosts that a TCP connection tried before that one; null: none. */
  triedHosts: DescribedHost[] | null;
  /** Of the exchanges with upstreams; null: there was none. */
  upstreamMeter: ByteMeter | null;
  /**
   * When the latest attempt began to wait for a connection, when it had one or none, and when the body of its response began: `sinceStart`,
   * -1 where it did not happen. Small integers take no memory of their own.
   */
  attemptStart: number;
  attemptReady: number;
  upstreamBodyStart: number;
  /** Of a TCP connection: the client ended it with RST. */
  resetByClient: boolean;
  /** Name as configured; '' before routing. */
  upstreamCluster: string;
  /** `alt_stat_name` or the name. */
  upstreamClusterStatName: string;
  upstreamHost: Address | null;
  upstreamHostName: string;
  upstreamLocalAddress: Address | null;
  upstreamTls: TlsInfo | null;
  upstreamProtocol: Protocol;
  upstreamTransportFailure: string;
  /** Why the handshake with the client failed; '' when it did not. */
  downstreamTransportFailure: string;
  upstreamConnectionId: number;
  /** Requests sent upstream for this stream: 1 without retries. */
  attempts: number;

  /** Both are made on first use: most streams have neither. */
  filterState: Map<FilterStateKey<unknown>, unknown> | null;
  metadata: Map<string, { [key: string]: MetadataValue }> | null;

  constructor(downstream: DownstreamInfo, start: number, startWall: number) {
    this.downstream = downstream;
    this.startWall = startWall;
    this.start = start;
    this.protocol = '';
    this.remoteAddress = downstream.directRemoteAddress;
    this.requestId = '';
    this.responseCode = 0;
    this.responseCodeDetails = '';
    this.connectionTerminationDetails = '';
    this.flags = 0;
    this.flagOrder = 0;
    this.bytesReceived = 0;
    this.bytesSent = 0;
    this.wireBytesReceived = 0;
    this.wireBytesSent = 0;
    this.requestComplete = -1;
    this.upstreamRequestStart = -1;
    this.upstreamRequestEnd = -1;
    this.upstreamResponseStart = -1;
    this.upstreamResponseEnd = -1;
    this.responseStart = -1;
    this.end = -1;
    this.schemeOfUpstream = false;
    this.logType = 0;
    this.routeName = '';
    this.virtualHostName = '';
    this.virtualClusterName = '';
    this.route = null;
    this.cluster = null;
    this.host = null;
    this.triedHosts = null;
    this.upstreamMeter = null;
    this.attemptStart = -1;
    this.attemptReady = -1;
    this.upstreamBodyStart = -1;
    this.resetByClient = false;
    this.upstreamCluster = '';
    this.upstreamClusterStatName = '';
    this.upstreamHost = null;
    this.upstreamHostName = '';
    this.upstreamLocalAddress = null;
    this.upstreamTls = null;
    this.upstreamProtocol = '';
    this.upstreamTransportFailure = '';
    this.downstreamTransportFailure = '';
    this.upstreamConnectionId = 0;
    this.attempts = 0;
    this.filterState = null;
    this.metadata = null;
  }

  /** Microseconds from the start to a moment of the worker's clock, at most 17 minutes. */
  sinceStart(now: number): number {
    return Math.min(MOST_MICROSECONDS, Math.max(0, (now - this.start) * 1000)) | 0;
  }

  /** A TCP connection goes to this host, after those that it tried before. */
  tryHost(host: DescribedHost): void {
    if (this.host !== null) {
      if (this.triedHosts === null) this.triedHosts = [];
      this.triedHosts.push(this.host);
    }
    this.host = host;
    this.upstreamHostName = host.hostname;
  }

  /** Another attempt begins: what is told of connection and response is what comes of it. */
  forgetConnection(): void {
    this.upstreamConnectionId = 0;
    this.upstreamLocalAddress = null;
    this.upstreamTls = null;
    this.upstreamProtocol = '';
    this.upstreamResponseStart = -1;
    this.upstreamBodyStart = -1;
    this.attemptReady = -1;
  }

  /** Sets bits of FLAG. Logs print flags in the order in which they came. */
  addFlags(bits: number): void {
    const added = bits & ~this.flags;
    if (added === 0) return;
    this.flags |= added;
    this.flagOrder = orderFlags(this.flagOrder, added);
  }

  setFilterState<T>(key: FilterStateKey<T>, value: T): void {
    this.filterState ??= new Map();
    this.filterState.set(key as FilterStateKey<unknown>, value);
  }

  getFilterState<T>(key: FilterStateKey<T>): T | undefined {
    return this.filterState?.get(key as FilterStateKey<unknown>) as T | undefined;
  }

  /** Merges `values` over what a filter wrote before under the same namespace. */
  setMetadata(namespace: string, values: { [key: string]: MetadataValue }): void {
    this.metadata ??= new Map();
    const before = this.metadata.get(namespace);
    this.metadata.set(namespace, before === undefined ? values : { ...before, ...values });
  }
}
