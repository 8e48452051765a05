/** envoy.config.route.v3.RedirectAction, compiled. */
import { type Message, refuseOthers } from '../../api/index.ts';
import type { Problems } from '../../base/errors.ts';
import { compileFormat, type Formatter } from '../../telemetry/format/compile.ts';
import type { FormatNames } from '../../telemetry/format/kind.ts';
import type { StreamInfo } from '../../telemetry/stream-info.ts';
import { X_FORWARDED_PROTO } from '../header-name.ts';
import type { Headers } from '../headers.ts';
import type { RedirectEntry } from '../route.ts';
import { formatRequest } from './message-entry.ts';
import { type PathTest, pathEnd } from './path-match.ts';
import { compileSubstitution, type Substitution } from './regex-substitution.ts';

const STATUS = [301, 302, 303, 307, 308];

const HONOURED = new Set([
  'https_redirect',
  'scheme_redirect',
  'host_redirect',
  'port_redirect',
  'path_redirect',
  'prefix_rewrite',
  'regex_rewrite',
  'path_rewrite',
  'response_code',
  'strip_query',
]);

export class Redirect implements RedirectEntry {
  readonly kind = 'redirect' as const;
  readonly status: number;
  private readonly matched: PathTest;
  /** '' where the request's own is kept. */
  private readonly scheme: string;
  private readonly host: string;
  /** `:8080` or ''. */
  private readonly port: string;
  /** Null: the request's path is kept. */
  private readonly path: string | null;
  private readonly prefix: string | null;
  private readonly regex: Substitution | null;
  private readonly format: Formatter | null;
  private readonly stripQuery: boolean;

  constructor(
    status: number,
    matched: PathTest,
    scheme: string,
    host: string,
    port: string,
    path: string | null,
    prefix: string | null,
    regex: Substitution | null,
    format: Formatter | null,
    stripQuery: boolean,
  ) {
    this.status = status;
    this.matched = matched;
    this.scheme = scheme;
    this.host = host;
    this.port = port;
    this.path = path;
    this.prefix = prefix;
    this.regex = regex;
    this.format = format;
    this.stripQuery = stripQuery;
  }

  location(headers: Headers, info: StreamInfo): string {
    const scheme = this.scheme === '' ? headers.scheme : this.scheme;
    const host = this.host === '' ? requestHost(headers, scheme, this.port) : this.host;
    const target = this.target(headers, info);
    return `${scheme}://${host}${this.port}${target.startsWith('/') ? '' : '/'}${target}`;
  }

  /** A query in the new path wins over the request's and is never stripped. An empty path is none. */
  private target(headers: Headers, info: StreamInfo): string {
    const { path } = headers;
    const made = this.format === null ? this.path : formatRequest(this.format, headers, info) || null;
    if (made?.includes('?')) return made;
    const end = pathEnd(path);
    const query = this.stripQuery ? '' : path.slice(end);
    if (made !== null) return made + query;
    const matched = this.prefix === null ? -1 : this.matched.matchedLength(path);
    if (matched >= 0) return this.prefix + path.slice(matched, end) + query;
    const kept = path.slice(0, end);
    return (this.regex === null ? kept : this.regex.replaceAll(kept) || kept) + query;
  }
}

/** The request's host; without its port where that is the old scheme's default or a new one takes its place. */
function requestHost(headers: Headers, scheme: string, port: string): string {
  const host = headers.authority;
  const end = host.startsWith('[') ? afterBracket(host) : host.lastIndexOf(':');
  if (end < 0) return host;
  const old = host.slice(end);
  const proto = headers.get(X_FORWARDED_PROTO) ?? '';
  const redundant = scheme !== proto && ((proto === 'https' && old === ':443') || (proto === 'http' && old === ':80'));
  return port !== '' || redundant ? host.slice(0, end) : host;
}

/** Where the port of `[::1]:80` begins, -1 when there is none. */
function afterBracket(host: string): number {
  const at = host.lastIndexOf(']:');
  return at < 0 ? -1 : at + 1;
}

export function compileRedirect(
  message: Message<'envoy.config.route.v3.RedirectAction'>,
  matched: PathTest,
  names: FormatNames,
  problems: Problems,
): Redirect {
  refuseOthers(message, HONOURED, problems);
  const { schemeRewriteSpecifier: scheme, pathRewriteSpecifier: path } = message;
  return new Redirect(
    STATUS[message.responseCode] ?? 301,
    matched,
    scheme.case === 'httpsRedirect' && scheme.value ? 'https' : scheme.case === 'schemeRedirect' ? scheme.value : '',
    message.hostRedirect,
    message.portRedirect === 0 ? '' : `:${message.portRedirect}`,
    path.case === 'pathRedirect' ? path.value || null : null,
    path.case === 'prefixRewrite' ? path.value || null : null,
    path.case === 'regexRewrite' ? compileSubstitution(path.value, problems.at('regex_rewrite')) : null,
    path.case === 'pathRewrite' ? compileFormat(path.value, problems.at('path_rewrite'), names, true) : null,
    message.stripQuery,
  );
}
