/**
 * Choosing a virtual host by the request's authority, in Envoy's order: the exact domain, then the longest `*suffix`, then the
 * longest `prefix*`, then `*`. One hash lookup for each distinct length of a wildcard, however many hosts there are.
 */
import type { Problems } from '../../base/errors.ts';

interface Wildcards<T> {
  readonly length: number;
  readonly byText: Map<string, T>;
}

export class DomainTable<T> {
  private readonly exact = new Map<string, T>();
  /** Longest first. */
  private readonly suffixes: Wildcards<T>[] = [];
  private readonly prefixes: Wildcards<T>[] = [];
  private fallback: T | null = null;
  /** `ignore_port_in_host_matching`. */
  private readonly ignorePort: boolean;

  constructor(ignorePort: boolean) {
    this.ignorePort = ignorePort;
  }

  /** Adds a domain as configured; one that is there already is a problem. */
  add(domain: string, value: T, problems: Problems): void {
    const text = domain.toLowerCase();
    if (text === '*') {
      if (this.fallback !== null) problems.add('duplicate', 'only one virtual host may have the domain *');
      else this.fallback = value;
      return;
    }
    const table = text.startsWith('*')
      ? wildcards(this.suffixes, text.length - 1)
      : text.endsWith('*')
        ? wildcards(this.prefixes, text.length - 1)
        : this.exact;
    const key = table === this.exact ? text : text.replace('*', '');
    if (key.includes('*')) problems.add('bad_value', 'a domain has its * at the start or at the end');
    else if (table.has(key)) problems.add('duplicate', `the domain ${domain} stands in two virtual hosts`);
    else table.set(key, value);
  }

  /** `authority`: undefined when the header that names it is not there; then only a lone `*` is found. */
  find(authority: string | undefined): T | null {
    const { exact, suffixes, prefixes } = this;
    if (exact.size + suffixes.length + prefixes.length === 0) return this.fallback;
    if (authority === undefined) return null;
    const host = (this.ignorePort ? withoutPort(authority) : authority).toLowerCase();
    const hit = exact.get(host);
    if (hit !== undefined) return hit;
    for (let i = 0; i < suffixes.length; i++) {
      const { length, byText } = suffixes[i] as Wildcards<T>;
      if (length >= host.length) continue;
      const found = byText.get(host.slice(host.length - length));
      if (found !== undefined) return found;
    }
    for (let i = 0; i < prefixes.length; i++) {
      const { length, byText } = prefixes[i] as Wildcards<T>;
      if (length >= host.length) continue;
      const found = byText.get(host.slice(0, length));
      if (found !== undefined) return found;
    }
    return this.fallback;
  }
}

function wildcards<T>(list: Wildcards<T>[], length: number): Map<string, T> {
  let at = list.findIndex((each) => each.length <= length);
  if (at < 0) at = list.length;
  const known = list[at];
  if (known?.length === length) return known.byText;
  const byText = new Map<string, T>();
  list.splice(at, 0, { length, byText });
  return byText;
}

/** `host` of `host:port` and `[::1]:port`. */
export function withoutPort(authority: string): string {
  const colon = authority.lastIndexOf(':');
  if (colon < 0 || authority.endsWith(']')) return authority;
  // An IPv6 address without brackets is no authority; its colons are left alone.
  if (!authority.startsWith('[') && authority.indexOf(':') !== colon) return authority;
  return authority.slice(0, colon);
}
