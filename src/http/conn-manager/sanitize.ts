/**
 * What becomes of a request head before anyone routes it (Envoy 1.40 `ConnectionManagerUtility::mutateRequestHeaders`): hop-by-hop
 * fields and fields that only a trusted peer may set are removed in one pass, the client's address and the request's id and
 * scheme are settled. Runs once per request.
 */
import { type Address, ipAddress } from '../../base/address.ts';
import type { DownstreamInfo, StreamInfo } from '../../telemetry/stream-info.ts';
import { constantField } from '../field-pool.ts';
import { type HeaderName, pinName, TE, X_ENVOY_INTERNAL, X_FORWARDED_FOR, X_FORWARDED_PROTO, X_REQUEST_ID } from '../header-name.ts';
import type { Field, Headers } from '../headers.ts';
import { CLIENT_CERT, type ClientCertForwarder, type ClientCertMemory } from './client-cert.ts';
import { lastForwarded } from './forwarded-for.ts';
import type { InternalAddresses } from './internal-addresses.ts';
import { Detected, type IpDetection } from './ip-detection.ts';
import { RequestIds, withoutTraceReason } from './request-id.ts';

const KEEP = 0;
/** Of a connection, or never believed. */
const REMOVE = 1;
/** Removed unless the request is internal. */
const REMOVE_EXTERNAL = 2;
/** Removed from external requests when this proxy is the edge (`use_remote_address`). */
const REMOVE_EDGE = 3;
const CHECK_TE = 4;
const CHECK_REFERER = 5;

const ACTIONS: readonly (readonly [number, readonly string[]])[] = [
  [REMOVE, ['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade', 'x-envoy-internal']],
  [
    REMOVE_EXTERNAL,
    [
      'x-envoy-expected-rq-timeout-ms',
      'x-envoy-force-trace',
      'x-envoy-hedge-on-per-try-timeout',
      'x-envoy-ip-tags',
      'x-envoy-max-retries',
      'x-envoy-retriable-header-names',
      'x-envoy-retriable-status-codes',
      'x-envoy-retry-grpc-on',
      'x-envoy-retry-on',
      'x-envoy-upstream-alt-stat-name',
      'x-envoy-upstream-rq-per-try-timeout-ms',
      'x-envoy-upstream-rq-timeout-alt-response',
      'x-envoy-upstream-rq-timeout-ms',
      'x-envoy-upstream-stream-duration-ms',
    ],
  ],
  [
    REMOVE_EDGE,
    [
      'x-envoy-decorator-operation',
      'x-envoy-downstream-service-cluster',
      'x-envoy-downstream-service-node',
      'x-envoy-original-host',
      'x-envoy-original-path',
    ],
  ],
  [CHECK_TE, ['te']],
  [CHECK_REFERER, ['referer']],
];

const TRAILERS = constantField(TE, 'trailers');
const INTERNAL = constantField(X_ENVOY_INTERNAL, 'true');
const PROTO_HTTP = constantField(X_FORWARDED_PROTO, 'http');
const PROTO_HTTPS = constantField(X_FORWARDED_PROTO, 'https');
const EXTERNAL_ADDRESS = pinName('x-envoy-external-address');
const FORWARDED_PORT = pinName('x-forwarded-port');
const USER_AGENT = pinName('user-agent');
const VIA = pinName('via');

export interface SanitizeSettings {
  readonly useRemoteAddress: boolean;
  readonly trustedHops: number;
  readonly skipForwardedFor: boolean;
  readonly appendForwardedPort: boolean;
  readonly internal: InternalAddresses;
  /** `http`, `https`, or '' to decide by the connection. */
  readonly scheme: string;
  /** Upstream it is that of the connection there. */
  readonly schemeOfUpstream: boolean;
  readonly generateRequestId: boolean;
  readonly preserveExternalRequestId: boolean;
  /** The version digit of request ids carries a trace reason (`pack_trace_reason`). */
  readonly packTraceReason: boolean;
  readonly via: string;
  /** `forward_client_cert_details`; null: `SANITIZE`. */
  readonly clientCert: ClientCertForwarder | null;
  /** Address of this host, appended to x-forwarded-for instead of a loopback peer. */
  readonly localIp: string;
  /** Who says where a request comes from (`original_ip_detection_extensions`); null: the settings above decide. */
  readonly detections: readonly IpDetection[] | null;
  /** `forward_proto_config`; null: x-forwarded-proto tells how the connection came. */
  readonly protoByPort: ProtoByPort | null;
  /** `add_user_agent`; null: off. */
  readonly userAgent: OwnUserAgent | null;
}

/** Ports of connections whose real destination is known, by the protocol that clients spoke to it. */
export interface ProtoByPort {
  readonly https: ReadonlySet<number>;
  readonly http: ReadonlySet<number>;
}

/** What says that a request went through this service. */
export interface OwnUserAgent {
  /** Only where the client sent none. */
  readonly agent: Field;
  readonly cluster: Field;
  /** Null: the node has no name. */
  readonly node: Field | null;
}

/** What of a connection a sanitizer asks for every request. */
export interface PeerFacts extends ClientCertMemory {
  readonly remote: Address;
  readonly local: Address;
  readonly secure: boolean;
}

export class RequestSanitizer {
  private readonly settings: SanitizeSettings;
  private readonly ids: RequestIds;
  /** By token of a pinned name. */
  private readonly actions: Uint8Array;
  private readonly clientCert: ClientCertForwarder | null;
  /** Null when nobody is asked. */
  private readonly detected: Detected | null;

  constructor(settings: SanitizeSettings) {
    this.settings = settings;
    this.ids = new RequestIds();
    this.actions = actionTable(settings.clientCert === null);
    this.clientCert = settings.clientCert;
    this.detected = settings.detections === null ? null : new Detected();
  }

  /**
   * `internalOnly`: names that the route table keeps for internal requests. 0, or the status with which a request is refused whose
   * origin cannot be told.
   */
  apply(headers: Headers, peer: PeerFacts, internalOnly: readonly HeaderName[], info: StreamInfo): number {
    const { settings } = this;
    const detected = this.detected;
    let client = peer.remote;
    // Whether the client's address may make the request internal: only when nobody stands between us.
    let alone = false;
    const forwarded = headers.joined(X_FORWARDED_FOR);
    if (detected !== null) {
      this.detect(detected, headers, peer.remote);
      if (detected.refused !== 0) return detected.refused;
      client = detected.address ?? client;
      alone = detected.trusted;
      if (detected.append) this.appendForwarded(headers, forwarded, peer.remote);
      else this.joinForwarded(headers, forwarded);
    } else if (settings.useRemoteAddress) {
      alone = forwarded === undefined;
      if (settings.trustedHops > 0 && forwarded !== undefined) {
        const found = lastForwarded(forwarded, settings.trustedHops - 1);
        if (found !== null) client = ipAddress(found.ip, 0);
      }
      if (!settings.skipForwardedFor) this.appendForwarded(headers, forwarded, peer.remote);
    } else if (forwarded !== undefined) {
      const found = lastForwarded(forwarded, settings.trustedHops);
      if (found !== null) {
        client = ipAddress(found.ip, 0);
        alone = found.single;
      }
      this.joinForwarded(headers, forwarded);
    }
    info.remoteAddress = client;

    const internal = alone && this.isInternal(client);
    this.removeFields(headers, internal, !internal && settings.useRemoteAddress);
    if (!internal) for (let i = 0; i < internalOnly.length; i++) headers.remove(internalOnly[i] as HeaderName);

    if (settings.userAgent !== null) this.addUserAgent(headers, settings.userAgent);
    if (this.clientCert !== null) this.clientCert.apply(headers, info.downstream.tls, peer);
    this.setScheme(headers, peer, info);
    if (settings.schemeOfUpstream) info.schemeOfUpstream = true;
    if (internal) headers.setField(INTERNAL);
    else if (settings.useRemoteAddress && client.kind === 'ip') headers.set(EXTERNAL_ADDRESS, client.ip);
    this.setRequestId(headers, !internal && settings.useRemoteAddress, info);
    if (settings.via !== '') {
      const before = headers.get(VIA);
      headers.set(VIA, before === undefined ? settings.via : `${before}, ${settings.via}`);
    }
    return 0;
  }

  private detect(detected: Detected, headers: Headers, peer: Address): void {
    const detections = this.settings.detections as readonly IpDetection[];
    detected.clear();
    for (let i = 0; i < detections.length && detected.address === null && detected.refused === 0; i++) {
      (detections[i] as IpDetection).detect(headers, peer, detected);
    }
  }

  /** Several lines become the one that a list is. */
  private joinForwarded(headers: Headers, forwarded: string | undefined): void {
    if (forwarded === undefined) return;
    if (headers.indexOf(X_FORWARDED_FOR, headers.indexOf(X_FORWARDED_FOR, 0) + 1) >= 0) headers.set(X_FORWARDED_FOR, forwarded);
  }

  private addUserAgent(headers: Headers, own: OwnUserAgent): void {
    headers.setField(own.cluster);
    const given = headers.get(USER_AGENT);
    if (given === undefined || given === '') headers.setField(own.agent);
    if (own.node !== null) headers.setField(own.node);
  }

  private isInternal(client: Address): boolean {
    const { internal } = this.settings;
    return client.kind === 'ip' ? internal.has(client.ip) : internal.unixSockets;
  }

  private appendForwarded(headers: Headers, before: string | undefined, remote: Address): void {
    if (remote.kind !== 'ip') return;
    const ip = isLoopback(remote.ip) ? this.settings.localIp : remote.ip;
    headers.set(X_FORWARDED_FOR, before === undefined ? ip : `${before},${ip}`);
  }

  private removeFields(headers: Headers, internal: boolean, edge: boolean): void {
    const actions = this.actions;
    const { fields } = headers;
    for (let i = headers.count - 1; i >= 0; i--) {
      if (i >= headers.count) continue;
      const field = fields[i] as Field;
      if (field.name.token < 0) continue;
      switch (actions[field.name.token]) {
        case undefined:
        case KEEP:
          break;
        case REMOVE_EXTERNAL:
          if (!internal) headers.removeAt(i);
          break;
        case REMOVE_EDGE:
          if (edge) headers.removeAt(i);
          break;
        case CHECK_TE:
          if (!wantsTrailers(field.value)) headers.removeAt(i);
          else if (field.value !== 'trailers') headers.setField(TRAILERS);
          break;
        case CHECK_REFERER:
          if (!isUrl(field.value) || headers.indexOf(field.name, 0) !== i || headers.indexOf(field.name, i + 1) >= 0) {
            headers.remove(field.name);
          }
          break;
        default:
          headers.removeAt(i);
      }
    }
  }

  private setScheme(headers: Headers, peer: PeerFacts, info: StreamInfo): void {
    const { settings } = this;
    const secure = settings.protoByPort === null ? peer.secure : secureByPort(settings.protoByPort, info.downstream, peer.secure);
    const own = settings.scheme === '' ? (secure ? PROTO_HTTPS : PROTO_HTTP) : settings.scheme === 'https' ? PROTO_HTTPS : PROTO_HTTP;
    const given = headers.get(X_FORWARDED_PROTO);
    const untrusted = settings.scheme !== '' || (settings.useRemoteAddress && settings.trustedHops === 0);
    if (given === undefined || untrusted) headers.setField(own);
    if (settings.appendForwardedPort && settings.useRemoteAddress && peer.local.kind === 'ip') {
      if (settings.trustedHops === 0 || !headers.has(FORWARDED_PORT)) headers.set(FORWARDED_PORT, String(peer.local.port));
    }
    // HTTP/2 and the absolute form name one, and that stays (Envoy docs, ":scheme"); anything but http and https is nonsense here.
    const named = headers.scheme === 'http' || headers.scheme === 'https';
    if (named && settings.scheme === '') return;
    headers.scheme = given === undefined || untrusted ? own.value : schemeOf(given, peer.secure);
  }

  private setRequestId(headers: Headers, edge: boolean, info: StreamInfo): void {
    const { settings } = this;
    let id = headers.get(X_REQUEST_ID);
    if (settings.generateRequestId) {
      if (id === undefined || id === '' || (edge && !settings.preserveExternalRequestId)) {
        id = this.ids.make();
        headers.set(X_REQUEST_ID, id);
      } else {
        const kept = headers.joined(X_REQUEST_ID) as string;
        const clean = edge && settings.packTraceReason ? withoutTraceReason(kept) : kept;
        if (clean !== id) headers.set(X_REQUEST_ID, clean);
        id = clean;
      }
    }
    info.requestId = id ?? '';
  }
}

/** Pinned when the module is loaded: a name that was resolved from the wire before would not be recognised. */
const BY_NAME = ACTIONS.flatMap(([action, names]) => names.map((name) => [pinName(name), action] as const));

function actionTable(removeClientCert: boolean): Uint8Array {
  const byToken: number[] = [];
  for (const [name, action] of BY_NAME) byToken[name.token] = action;
  if (removeClientCert) byToken[CLIENT_CERT.token] = REMOVE;
  return Uint8Array.from({ length: byToken.length }, (_, token) => byToken[token] ?? KEEP);
}

/** Where the real destination of the connection is known, its port tells. */
function secureByPort(ports: ProtoByPort, downstream: DownstreamInfo, secure: boolean): boolean {
  const to = downstream.originalDestination;
  if (to === undefined || to === null || to.kind !== 'ip') return secure;
  if (ports.https.has(to.port)) return true;
  return ports.http.has(to.port) ? false : secure;
}

function isLoopback(ip: string): boolean {
  return ip.startsWith('127.') || ip === '::1' || ip.startsWith('::ffff:127.');
}

/** Whether a TE value lists `trailers`, the only coding that may go on. */
function wantsTrailers(value: string): boolean {
  if (value === 'trailers') return true;
  for (const token of value.split(',')) if (token.trim().toLowerCase() === 'trailers') return true;
  return false;
}

/** `scheme://host…`: what Envoy takes for a URL. */
function isUrl(value: string): boolean {
  return /^https?:\/\/[^/?#\s]+/i.test(value);
}

function schemeOf(forwardedProto: string, secure: boolean): string {
  if (forwardedProto === 'http' || forwardedProto === 'https') return forwardedProto;
  const lower = forwardedProto.toLowerCase();
  if (lower === 'http' || lower === 'https') return lower;
  return secure ? 'https' : 'http';
}
