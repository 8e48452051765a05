import { FAULTS, type Fault } from '../faults.ts';
import type { Headers } from '../headers.ts';
import { CR, LF, SP, TARGET } from './chars.ts';
import { OPTION_CLOSE, OPTION_KEEP_ALIVE, OPTION_UPGRADE } from './connection-options.ts';
import { FieldBlock, OF_REQUEST } from './field-block.ts';
import type { HeadInput } from './head-input.ts';
import type { H1ServerSettings } from './settings.ts';
import { readTarget, validAuthority } from './target.ts';

/** What Envoy lets through without `allow_custom_methods`. */
const METHODS: ReadonlySet<string> = new Set(
  (
    'ACL BIND CHECKOUT CONNECT COPY DELETE GET HEAD LINK LOCK MERGE MKACTIVITY MKCALENDAR MKCOL MOVE MSEARCH NOTIFY OPTIONS PATCH POST ' +
    'PROPFIND PROPPATCH PURGE PUT REBIND REPORT SEARCH SOURCE SUBSCRIBE TRACE UNBIND UNLINK UNLOCK UNSUBSCRIBE'
  ).split(' '),
);
const CUSTOM_METHOD = /^[!#$%&'*+.^_`|~0-9A-Z-]+$/;

const SLASH = 0x2f;
const GET_ = 0x20544547; // 'GET ', little-endian
const POST = 0x54534f50;
const HTTP = 0x50545448;
const SLASH_1_1 = 0x312e312f; // '/1.1'
const SLASH_1_0 = 0x302e312f;

/** A request head (RFC 9112 §3), and what its framing and connection fields mean for the codec. */
export class RequestHead {
  http10: boolean;
  /** -1: none. With `chunked` false as well: no body. */
  contentLength: number;
  chunked: boolean;
  /** No further request on this connection. */
  close: boolean;
  /** `Upgrade` with `Connection: upgrade`, or CONNECT: what follows the message is no HTTP. */
  tunnel: boolean;
  private readonly fields: FieldBlock;
  /** Was valid: clients repeat it. */
  private lastHost: string;

  constructor() {
    this.http10 = false;
    this.contentLength = -1;
    this.chunked = false;
    this.close = false;
    this.tunnel = false;
    this.fields = new FieldBlock();
    this.lastHost = '';
  }

  /** Reads `input`, whose head begins at `at`, into `headers`. Null, or what is wrong with it. */
  read(input: HeadInput, at: number, headers: Headers, settings: H1ServerSettings, secure: boolean): Fault | null {
    headers.wireBytes = input.end - at;
    this.http10 = false;
    const next = input.bytes.indexOf(LF, at) + 1;
    const lineFault = this.line(input, at, next, headers, settings, secure);
    if (lineFault !== null) return lineFault;
    const fields = this.fields;
    return fields.read(input, next, headers, OF_REQUEST, settings) ?? this.finish(fields, headers, settings);
  }

  private line(input: HeadInput, at: number, next: number, headers: Headers, settings: H1ServerSettings, secure: boolean): Fault | null {
    const { bytes, view, shift } = input;
    const version = next - 10;
    // Shortest line: `A / HTTP/1.1` CRLF.
    if (version - at < 4) return requestLineFault(bytes, at, next);
    let target = at;
    const word = view.getInt32(at + shift, true);
    if (word === GET_) {
      headers.method = 'GET';
      target = at + 4;
    } else if (word === POST && bytes[at + 4] === SP) {
      headers.method = 'POST';
      target = at + 5;
    } else {
      while (target < version && bytes[target] !== SP) target++;
      const method = input.slice(at, target);
      if (!METHODS.has(method) && !(settings.allowCustomMethods && CUSTOM_METHOD.test(method))) return requestLineFault(bytes, at, next);
      headers.method = method;
      target++;
    }
    const end = version - 1;
    if (bytes[end] !== SP || bytes[next - 2] !== CR || view.getInt32(version + shift, true) !== HTTP)
      return requestLineFault(bytes, at, next);
    for (let i = target; i < end; i++) if (TARGET[bytes[i] as number] !== 1) return requestLineFault(bytes, at, next);
    const minor = view.getInt32(version + 4 + shift, true);
    if (minor !== SLASH_1_1) {
      this.http10 = minor === SLASH_1_0;
      if (!this.http10) return versionFault(input.slice(version + 4, version + 8));
      if (!settings.acceptHttp10) return FAULTS.LOW_VERSION;
    }
    if (end === target) return headers.method === 'CONNECT' ? FAULTS.INVALID_URL : FAULTS.BAD_MESSAGE;
    if (!settings.allowAbsolute && bytes[target] !== SLASH && headers.method !== 'CONNECT') {
      headers.path = input.slice(target, end);
      return null;
    }
    return readTarget(input.slice(target, end), headers, secure, settings.rejectFragment);
  }

  private finish(fields: FieldBlock, headers: Headers, settings: H1ServerSettings): Fault | null {
    const { chunked, options } = fields;
    this.contentLength = fields.contentLength;
    this.chunked = chunked;
    this.tunnel = false;
    const { bits } = options;
    this.close = (bits & OPTION_CLOSE) !== 0 || (this.http10 && (bits & OPTION_KEEP_ALIVE) === 0);
    if (chunked && this.http10) return FAULTS.INVALID_TRANSFER_ENCODING;
    const fault = this.authority(fields, headers, settings);
    if (fault !== null) return fault;
    if (headers.method === 'CONNECT') {
      this.tunnel = true;
      if (chunked) return FAULTS.TRANSFER_ENCODING_NOT_ALLOWED;
      if (this.contentLength > 0) return FAULTS.BODY_DISALLOWED;
    } else if (fields.upgrade !== '' && (bits & OPTION_UPGRADE) !== 0 && !this.http10) {
      const wanted = wantedUpgrade(fields.upgrade, settings);
      if (wanted === '') return null;
      headers.protocol = wanted;
      this.tunnel = true;
      if (chunked) return FAULTS.TRANSFER_ENCODING_NOT_ALLOWED;
    }
    return null;
  }

  /**
   * RFC 9112 §3.2: one valid Host, whatever the target says; the target's authority wins over it. Without a Host the authority stays
   * empty, and whoever gets the request refuses it (for HTTP/2 as well).
   */
  private authority(fields: FieldBlock, headers: Headers, settings: H1ServerSettings): Fault | null {
    const { host, hosts } = fields;
    if (hosts === 1) {
      if (host !== this.lastHost) {
        if (!validAuthority(host)) return FAULTS.INVALID_AUTHORITY;
        this.lastHost = host;
      }
      if (headers.authority === '') headers.authority = host;
      return null;
    }
    if (hosts > 1) return FAULTS.INVALID_AUTHORITY;
    if (!this.http10) headers.authority = '';
    else if (headers.authority === '') headers.authority = settings.defaultHost;
    return null;
  }
}

/** What is left of the value of Upgrade when what is to be ignored is gone. */
function wantedUpgrade(value: string, settings: H1ServerSettings): string {
  if (value.toLowerCase() === 'h2c') return '';
  const { ignoredUpgrades } = settings;
  if (ignoredUpgrades.length === 0) return value;
  const tokens = value.split(',').map((token) => token.trim());
  return tokens.filter((token) => token !== '' && !ignoredUpgrades.some((ignored) => ignored.test(token))).join(', ');
}

/** Names what is wrong with a request line that cannot be read: a control character anywhere in it, or the line as a whole. */
function requestLineFault(bytes: Buffer, at: number, next: number): Fault {
  for (let i = at; i < next - 2; i++) {
    const byte = bytes[i] as number;
    if ((byte < SP && byte !== CR && byte !== LF && byte !== 0x09) || byte === 0x7f) return FAULTS.INVALID_CHARACTERS;
  }
  return FAULTS.BAD_MESSAGE;
}

/** Well-formed, but neither 1.0 nor 1.1. */
function versionFault(version: string): Fault {
  return /^\/\d\.\d$/.test(version) ? FAULTS.UNSUPPORTED_VERSION : FAULTS.BAD_MESSAGE;
}
