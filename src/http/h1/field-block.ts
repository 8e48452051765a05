import { FAULTS, type Fault } from '../faults.ts';
import { constantField } from '../field-pool.ts';
import {
  CONTENT_LENGTH,
  pinName,
  pinnedNames,
  RULE_CONNECTION,
  RULE_CONTENT_LENGTH,
  RULE_HOST,
  RULE_NONE,
  RULE_PROXY_CONNECTION,
  RULE_TE,
  RULE_TRANSFER_ENCODING,
  RULE_UPGRADE,
  TE,
} from '../header-name.ts';
import { Field, type Headers } from '../headers.ts';
import { SpelledNames } from '../name-case.ts';
import { COLON, CR, HTAB, LF, SP, TOKEN, VALUE } from './chars.ts';
import { ConnectionOptions } from './connection-options.ts';
import type { HeadInput } from './head-input.ts';
import { findLine, forgetLines, learnLine } from './line-cache.ts';
import { forgetNames, nameOf } from './name-cache.ts';
import { type H1Settings, UNDERSCORES_ALLOW, UNDERSCORES_REJECT } from './settings.ts';

/** Whose fields these are. */
export const OF_REQUEST = 0 as const;
export const OF_RESPONSE = 1 as const;
export const OF_TRAILERS = 2 as const;
export type FieldsOf = typeof OF_REQUEST | typeof OF_RESPONSE | typeof OF_TRAILERS;

/** Longest value of TE that is looked at (as Envoy: a longer one is an attack). */
const LONGEST_TE = 256;

/** RFC 9110 §6.5.1: what decides about framing, routing, authentication or content has no business in trailers. */
const NOT_IN_TRAILERS: ReadonlySet<string> = new Set([
  'authorization',
  'cache-control',
  'content-encoding',
  'content-length',
  'content-range',
  'content-type',
  'cookie',
  'expect',
  'max-forwards',
  'proxy-authorization',
  'set-cookie',
  'trailer',
]);

const CODINGS =
  /^(?:(?:x-)?gzip|(?:x-)?compress|deflate|identity|chunked)(?:[ \t]*,[ \t]*(?:(?:x-)?gzip|(?:x-)?compress|deflate|identity|chunked))*$/;
const ONLY_CHUNKED = /^chunked(?:[ \t]*,[ \t]*chunked)*$/;
const TRAILERS_WANTED = /(?:^|,)[ \t]*trailers[ \t]*(?:,|$)/i;
const TE_TRAILERS = constantField(TE, 'trailers');

let names = 0;

/**
 * The field lines of a head or of a trailer section (RFC 9112 §5): one pass, no line folding, no bare CR or LF, no space before
 * the colon. Fields go into a `Headers`; what frames the message or concerns this connection only stays here. One object
 * serves all connections: its results are read before anybody else is called.
 */
export class FieldBlock {
  /** -1: none. */
  contentLength: number;
  chunked: boolean;
  /** '' when absent or empty; `hosts` tells. */
  host: string;
  hosts: number;
  /** Value of Upgrade, '' when absent. */
  upgrade: string;
  readonly options: ConnectionOptions;
  private fault: Fault | null;

  constructor() {
    this.contentLength = -1;
    this.chunked = false;
    this.host = '';
    this.hosts = 0;
    this.upgrade = '';
    this.options = new ConnectionOptions();
    this.fault = null;
  }

  /** Reads lines from `at` to the empty line at the end of `input`. Null, or what is wrong. */
  read(input: HeadInput, at: number, headers: Headers, of: FieldsOf, settings: H1Settings): Fault | null {
    this.contentLength = -1;
    this.chunked = false;
    this.host = '';
    this.hosts = 0;
    this.upgrade = '';
    this.options.clear();
    this.fault = null;
    if (names !== pinnedNames()) {
      names = pinnedNames();
      forgetLines();
      forgetNames();
    }
    const { view, shift, end } = input;
    // Lines that are known by their bytes are not looked at for the spelling of their names.
    const lookUp = of !== OF_TRAILERS && settings.nameMemory === null;
    if (settings.nameMemory !== null && of !== OF_TRAILERS) headers.spelling = new SpelledNames(settings.nameMemory);
    const lines = end - 2;
    const first = at;
    let left = settings.limits.maxCount;
    while (at < lines) {
      if (--left < 0) return FAULTS.TOO_MANY_HEADERS;
      if (lookUp) {
        const known = findLine(view, at + shift, lines + shift);
        if (known !== null) {
          this.accept(known.field, headers, of, settings);
          if (this.fault !== null) return this.fault;
          at += known.length;
          continue;
        }
      }
      at = this.line(input, at, headers, of, settings);
      if (this.fault !== null) return this.fault;
    }
    headers.plainBytes = lines - first - (settings.limits.maxCount - left);
    if (this.chunked && this.contentLength >= 0) {
      if (!settings.allowChunkedLength) return FAULTS.CONTENT_LENGTH_AND_CHUNKED;
      this.contentLength = -1;
      headers.remove(CONTENT_LENGTH);
    }
    this.options.strip(headers);
    return null;
  }

  /** Reads the line at `at`; returns where the next one begins. */
  private line(input: HeadInput, at: number, headers: Headers, of: FieldsOf, settings: H1Settings): number {
    const { bytes } = input;
    let colon = at;
    while (TOKEN[bytes[colon] as number] !== 0) colon++;
    if (colon === at || bytes[colon] !== COLON) return this.refuse(bytes, at, input.end, FAULTS.BAD_MESSAGE);
    let from = colon + 1;
    while (bytes[from] === SP || bytes[from] === HTAB) from++;
    let to = from;
    while (VALUE[bytes[to] as number] !== 0) to++;
    if (bytes[to] !== CR || bytes[to + 1] !== LF) return this.refuse(bytes, to, input.end, FAULTS.BAD_MESSAGE);
    const next = to + 2;
    while (to > from && (bytes[to - 1] === SP || bytes[to - 1] === HTAB)) to--;

    const name = nameOf(bytes, at, colon);
    if (headers.spelling !== null) headers.spelling.learn(name.text, input.slice(at, colon));
    if (name.rule === RULE_CONTENT_LENGTH) {
      this.length(bytes, from, to);
      // Two of them are refused even when they agree.
      if (this.fault !== null) return next;
    } else if (name.rule === RULE_TRANSFER_ENCODING) {
      for (let i = colon; i < next; i++) if (bytes[i] === HTAB) this.fault = FAULTS.INVALID_TRANSFER_ENCODING;
      if (this.fault !== null) return next;
    }
    const field = new Field(name, input.slice(from, to), -1, false);
    if (this.accept(field, headers, of, settings) && !name.unique && of !== OF_TRAILERS) {
      const { view, shift } = input;
      learnLine(view, at + shift, input.end - 2 + shift, bytes, at, next, field);
    }
    return next;
  }

  /** Puts a field where it belongs. False when it was dropped for good, or refused (`fault`). */
  private accept(field: Field, headers: Headers, of: FieldsOf, settings: H1Settings): boolean {
    const { name, value } = field;
    if (settings.underscores !== UNDERSCORES_ALLOW && name.text.includes('_')) {
      if (settings.underscores === UNDERSCORES_REJECT) this.fault = FAULTS.UNEXPECTED_UNDERSCORE;
      return false;
    }
    if (of === OF_TRAILERS) {
      if (name.rule === RULE_NONE && !NOT_IN_TRAILERS.has(name.text)) headers.append(field);
      return false;
    }
    switch (name.rule) {
      case RULE_NONE:
        headers.append(field);
        return true;
      case RULE_CONTENT_LENGTH:
        headers.append(field);
        return false;
      case RULE_HOST:
        if (of === OF_RESPONSE) {
          headers.append(field);
        } else {
          this.host = value;
          this.hosts++;
        }
        return true;
      case RULE_CONNECTION:
        if (!this.options.read(value)) this.fault = FAULTS.CONNECTION_HEADER_REJECTED;
        return this.fault === null;
      case RULE_PROXY_CONNECTION:
        this.options.readProxyConnection(value);
        return true;
      case RULE_TRANSFER_ENCODING:
        this.coding(value);
        return this.fault === null;
      case RULE_UPGRADE:
        this.upgrade = this.upgrade === '' ? value : `${this.upgrade}, ${value}`;
        return true;
      case RULE_TE:
        if (value.length >= LONGEST_TE) this.fault = FAULTS.CONNECTION_HEADER_REJECTED;
        else if (TRAILERS_WANTED.test(value)) headers.append(TE_TRAILERS);
        return this.fault === null;
      default:
        return true;
    }
  }

  /** 1*DIGIT without leading zeros, up to 2^53 - 1 (RFC 9112 §6.3: anything else is unrecoverable). */
  private length(bytes: Buffer, from: number, to: number): void {
    let value = to > from && to - from <= 16 ? 0 : -1;
    for (let i = from; i < to && value >= 0; i++) {
      const digit = (bytes[i] as number) - 0x30;
      value = digit >= 0 && digit <= 9 ? value * 10 + digit : -1;
    }
    if (value < 0 || value > Number.MAX_SAFE_INTEGER || (to - from > 1 && bytes[from] === 0x30) || this.contentLength >= 0) {
      this.fault = FAULTS.BAD_MESSAGE;
    } else {
      this.contentLength = value;
    }
  }

  /** `chunked` and nothing else, once. Codings that exist but are not ours are 501, everything else is malformed. */
  private coding(value: string): void {
    const lower = value.toLowerCase();
    if (lower === 'chunked' && !this.chunked) this.chunked = true;
    else if (!this.chunked && CODINGS.test(lower) && !ONLY_CHUNKED.test(lower)) this.fault = FAULTS.UNKNOWN_TRANSFER_ENCODING;
    else this.fault = FAULTS.INVALID_TRANSFER_ENCODING;
  }

  /** A byte that may stand nowhere is called by its name. */
  private refuse(bytes: Buffer, at: number, end: number, fault: Fault): number {
    this.fault = at < end && isControl(bytes[at] as number) ? FAULTS.INVALID_CHARACTERS : fault;
    return end;
  }
}

function isControl(byte: number): boolean {
  return (byte < SP && byte !== HTAB && byte !== CR && byte !== LF) || byte === 0x7f;
}

for (const text of NOT_IN_TRAILERS) pinName(text);
