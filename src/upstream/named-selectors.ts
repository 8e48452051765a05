/**
 * Names that a request gives its connection: `auto_sni` and `auto_san_validation` of `upstream_http_protocol_options`. Connections
 * are shared among requests with one name, so each name has a selector of its own, and only so many of them.
 */
import { isIP } from 'node:net';
import type { HeaderName } from '../http/header-name.ts';
import type { Headers } from '../http/headers.ts';
import { PoolSelector } from './cluster.ts';

export interface AutoNames {
  /** The host of the request is the SNI, unless it is an address. */
  readonly sni: boolean;
  /** The server's certificate must have the host among its names. */
  readonly san: boolean;
  /** The first of these fields instead of the host, where there is one. */
  readonly header: HeaderName | null;
}

/** For one selector: connections under more names than this are closed when their requests are done, the longest unused first. */
export const MAX_NAMES = 64;
/** What TLS can carry (RFC 6066 §3, as OpenSSL limits it). */
const MAX_SNI = 255;

export class NamedSelectors {
  private readonly names: AutoNames;
  private readonly bases: Base[];
  /** The pools of this selector are not wanted any more. */
  private readonly onDropped: (selector: PoolSelector) => void;

  constructor(names: AutoNames, onDropped: (selector: PoolSelector) => void) {
    this.names = names;
    this.bases = [];
    this.onDropped = onDropped;
  }

  /** `headers` as they leave: what a route rewrites counts. */
  of(base: PoolSelector, headers: Headers): PoolSelector {
    const { names } = this;
    const given = names.header === null ? undefined : headers.get(names.header);
    const authority = given === undefined || given === '' ? headers.authority : given;
    for (let i = 0; i < this.bases.length; i++) {
      const known = this.bases[i] as Base;
      if (known.base === base) return this.find(known, authority);
    }
    const made = new Base(base);
    this.bases.push(made);
    return this.find(made, authority);
  }

  private find(known: Base, authority: string): PoolSelector {
    if (known.lastAuthority === authority && known.last !== null) return known.last;
    const { table } = known;
    const host = hostOf(authority);
    let selector = table.get(host);
    if (selector === undefined) {
      selector = this.make(known.base, host);
      if (table.size >= MAX_NAMES) this.dropOldest(table);
    } else {
      table.delete(host);
    }
    // The order of the table is the order of use.
    table.set(host, selector);
    known.lastAuthority = authority;
    known.last = selector;
    return selector;
  }

  private make(base: PoolSelector, host: string): PoolSelector {
    const { sni, san } = this.names;
    const named = sni && isIP(host) === 0 && host.length <= MAX_SNI;
    const options = Object.assign({}, base.options, { serverName: named ? host : base.options.serverName, verifySan: san ? host : '' });
    return new PoolSelector(base.protocol, base.high, Object.freeze(options));
  }

  private dropOldest(table: Map<string, PoolSelector>): void {
    const oldest = table.entries().next().value as [string, PoolSelector];
    table.delete(oldest[0]);
    this.onDropped(oldest[1]);
  }
}

/** What came under one selector: host → selector, in the order of use. */
class Base {
  readonly base: PoolSelector;
  readonly table: Map<string, PoolSelector>;
  lastAuthority: string;
  last: PoolSelector | null;

  constructor(base: PoolSelector) {
    this.base = base;
    this.table = new Map();
    this.lastAuthority = '';
    this.last = null;
  }
}

/** Without port and brackets. */
export function hostOf(authority: string): string {
  if (authority.startsWith('[')) {
    const end = authority.indexOf(']');
    return end < 0 ? authority : authority.slice(1, end);
  }
  const colon = authority.lastIndexOf(':');
  // More than one colon and no brackets: an IPv6 address by itself.
  return colon < 0 || authority.indexOf(':') !== colon ? authority : authority.slice(0, colon);
}
