/** Matchers of subject alternative names. */
import {
  type Message,
  envoy_extensions_transport_sockets_tls_v3_SubjectAltNameMatcher_SanType as SanType,
} from '../../../src/api/index.ts';
import type { Problems } from '../../../src/base/errors.ts';
import { compileStringMatcher, type StringTest } from '../../../src/http/routing/string-match.ts';
import { type Certificate, SAN_DNS, SAN_EMAIL, SAN_IP, SAN_OTHER, SAN_URI, type San } from './certificate.ts';

type TypedMatcher = Message<'envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher'>;
type StringMatcher = Message<'envoy.type.matcher.v3.StringMatcher'>;

const KINDS: { readonly [type: number]: number } = {
  [SanType.EMAIL]: SAN_EMAIL,
  [SanType.DNS]: SAN_DNS,
  [SanType.URI]: SAN_URI,
  [SanType.IP_ADDRESS]: SAN_IP,
  [SanType.OTHER_NAME]: SAN_OTHER,
};
/** What an untyped matcher looks at. */
const ANY_KIND = [SAN_DNS, SAN_URI, SAN_EMAIL, SAN_IP];

export class SanMatcher {
  readonly kind: number;
  private readonly oid: string;
  private readonly test: StringTest;
  /** `exact` of a DNS name: `*.a.com` in the certificate covers it. */
  private readonly exactDns: string | null;

  constructor(kind: number, oid: string, test: StringTest, exactDns: string | null) {
    this.kind = kind;
    this.oid = oid;
    this.test = test;
    this.exactDns = exactDns;
  }

  matches(certificate: Certificate): boolean {
    const { sans } = certificate;
    for (let i = 0; i < sans.length; i++) if (this.covers(sans[i] as San)) return true;
    return false;
  }

  private covers(san: San): boolean {
    if (san.kind !== this.kind || san.oid !== this.oid) return false;
    // A name with a NUL was made to be read differently by two programs.
    if (san.text.includes('\0')) return false;
    return this.exactDns === null ? this.test.test(san.text) : dnsMatches(this.exactDns, san.text);
  }
}

/** A certificate's DNS name against the one that is wanted: a wildcard stands for exactly one whole label (RFC 6125 §6.4.3). */
export function dnsMatches(wanted: string, pattern: string): boolean {
  const name = wanted.toLowerCase();
  const against = pattern.toLowerCase();
  if (name === against) return true;
  if (!against.startsWith('*.')) return false;
  const dot = name.indexOf('.');
  return dot > 0 && name.slice(dot) === against.slice(1) && against.indexOf('.', 2) > 0;
}

export function compileTyped(message: TypedMatcher, problems: Problems): SanMatcher | null {
  const kind = KINDS[message.sanType];
  if (kind === undefined) {
    problems.at('san_type').add('missing', 'a type is needed', 'one of EMAIL, DNS, URI, IP_ADDRESS, OTHER_NAME');
    return null;
  }
  if (message.matcher === undefined) {
    problems.at('matcher').add('missing', 'a matcher is needed');
    return null;
  }
  if (kind === SAN_OTHER && message.oid === '') problems.at('oid').add('missing', 'the type of an OTHER_NAME is needed');
  const test = compileStringMatcher(message.matcher, problems.at('matcher'));
  return test === null ? null : new SanMatcher(kind, kind === SAN_OTHER ? message.oid : '', test, exactDnsOf(kind, message.matcher));
}

/** The deprecated form: one matcher for every kind. */
export function compileUntyped(message: StringMatcher, problems: Problems): SanMatcher[] {
  const test = compileStringMatcher(message, problems);
  return test === null ? [] : ANY_KIND.map((kind) => new SanMatcher(kind, '', test, exactDnsOf(kind, message)));
}

function exactDnsOf(kind: number, { matchPattern }: StringMatcher): string | null {
  return kind === SAN_DNS && matchPattern.case === 'exact' ? matchPattern.value : null;
}
