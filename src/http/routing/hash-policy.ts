/**
 * `hash_policy` of a route: which parts of a request decide its place on a consistent balancer's ring (Envoy docs,
 * `RouteAction.HashPolicy`). Parts are joined as in Envoy (the former value is rotated by one bit before the next is mixed in); the hash
 * itself has 32 bits and is this proxy's own.
 */
import { type Message, refuseOthers } from '../../api/index.ts';
import type { Problems } from '../../base/errors.ts';
import type { StreamInfo } from '../../telemetry/stream-info.ts';
import { type HeaderName, pinName } from '../header-name.ts';
import type { Headers } from '../headers.ts';
import type { RequestHash } from '../route.ts';
import { cookieValue } from './cookie.ts';
import { queryParameter } from './query-match.ts';
import { compileSubstitution, type Substitution } from './regex-substitution.ts';

/** Where a text of a request comes from. */
interface HashSource {
  /** Null when the request has none. */
  read(headers: Headers, info: StreamInfo): string | null;
}

class HeaderSource implements HashSource {
  private readonly name: HeaderName;
  private readonly substitution: Substitution | null;

  constructor(name: HeaderName, substitution: Substitution | null) {
    this.name = name;
    this.substitution = substitution;
  }

  read(headers: Headers): string | null {
    const name = this.name;
    const first = headers.get(name);
    if (first === undefined) return null;
    let text = this.changed(first);
    let at = headers.indexOf(name, 0);
    if (at < 0) return text;
    for (at = headers.indexOf(name, at + 1); at >= 0; at = headers.indexOf(name, at + 1)) {
      text += `\0${this.changed(headers.field(at).value)}`;
    }
    return text;
  }

  private changed(value: string): string {
    return this.substitution === null ? value : this.substitution.replaceAll(value);
  }
}

class CookieSource implements HashSource {
  private readonly prefix: string;

  constructor(name: string) {
    this.prefix = `${name}=`;
  }

  read(headers: Headers): string | null {
    return cookieValue(headers, this.prefix);
  }
}

class QuerySource implements HashSource {
  private readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  read(headers: Headers): string | null {
    return queryParameter(headers.path, this.name) ?? null;
  }
}

const SOURCE_IP: HashSource = { read: (_headers, info) => (info.remoteAddress.kind === 'ip' ? info.remoteAddress.ip : null) };

interface Rule {
  readonly source: HashSource;
  readonly terminal: boolean;
}

class PolicyHash implements RequestHash {
  private readonly rules: readonly Rule[];

  constructor(rules: readonly Rule[]) {
    this.rules = rules;
  }

  hash(headers: Headers, info: StreamInfo): number {
    const rules = this.rules;
    let found = false;
    let hash = 0;
    for (let i = 0; i < rules.length; i++) {
      const { source, terminal } = rules[i] as Rule;
      const text = source.read(headers, info);
      if (text !== null) {
        hash = (found ? (hash << 1) | (hash >>> 31) : 0) ^ hashText(text);
        found = true;
      }
      if (terminal && found) break;
    }
    return found ? hash >>> 0 : -1;
  }
}

/** FNV-1a, with MurmurHash3's last mixing: every bit of the text reaches every bit of the hash. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

type Policy = Message<'envoy.config.route.v3.RouteAction.HashPolicy'>;

/** Null when there is no policy, or it was refused. */
export function compileHash(policies: readonly Policy[], problems: Problems): RequestHash | null {
  const rules: Rule[] = [];
  policies.forEach((policy, i) => {
    const source = compileSource(policy, problems.at(i));
    if (source !== null) rules.push({ source, terminal: policy.terminal });
  });
  return rules.length === 0 ? null : new PolicyHash(rules);
}

function compileSource({ policySpecifier: policy }: Policy, problems: Problems): HashSource | null {
  switch (policy.case) {
    case 'header': {
      const { headerName, regexRewrite } = policy.value;
      const at = problems.at('header').at('regex_rewrite');
      const substitution = regexRewrite === undefined ? null : compileSubstitution(regexRewrite, at);
      return new HeaderSource(pinName(headerName === 'host' ? ':authority' : headerName), substitution);
    }
    case 'cookie':
      // A cookie with a lifetime is made here when the client has none; nothing sends it yet.
      refuseOthers(policy.value, new Set(['name']), problems.at('cookie'));
      return new CookieSource(policy.value.name);
    case 'connectionProperties':
      return policy.value.sourceIp ? SOURCE_IP : null;
    case 'queryParameter':
      return new QuerySource(policy.value.name);
    case 'filterState':
      problems.at('filter_state').add('unsupported', 'hashing of filter state is not supported');
      return null;
    default:
      problems.add('missing', 'one of header, cookie, connection_properties, query_parameter is required');
      return null;
  }
}
