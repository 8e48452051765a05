/** What a route changes in path and authority just before the request goes upstream (Envoy docs, `RouteAction`). */
import type { Formatter } from '../../telemetry/format/compile.ts';
import type { StreamInfo } from '../../telemetry/stream-info.ts';
import { type HeaderName, pinName, X_ENVOY_ORIGINAL_PATH } from '../header-name.ts';
import type { Headers } from '../headers.ts';
import type { RequestRewrite } from '../route.ts';
import { formatRequest } from './message-entry.ts';
import { type PathTest, pathEnd } from './path-match.ts';
import type { Substitution } from './regex-substitution.ts';

const X_FORWARDED_HOST = pinName('x-forwarded-host');
const X_ENVOY_ORIGINAL_HOST = pinName('x-envoy-original-host');

/** What takes the place of a path. */
export interface PathRewrite {
  /** The new path, its query included; '' when the path stays as it is. */
  rewritten(path: string, headers: Headers, info: StreamInfo): string;
}

/** `prefix_rewrite`: replaces what the route matched. */
export class PrefixRewrite implements PathRewrite {
  private readonly path: PathTest;
  private readonly prefix: string;

  constructor(path: PathTest, prefix: string) {
    this.path = path;
    this.prefix = prefix;
  }

  rewritten(path: string): string {
    const matched = this.path.matchedLength(path);
    return matched < 0 ? '' : this.prefix + path.slice(matched);
  }
}

/** `regex_rewrite`: of the path alone, the query stays. */
export class RegexRewrite implements PathRewrite {
  private readonly substitution: Substitution;

  constructor(substitution: Substitution) {
    this.substitution = substitution;
  }

  rewritten(path: string): string {
    const end = pathEnd(path);
    const changed = this.substitution.replaceAll(path.slice(0, end));
    return changed === '' ? '' : changed + path.slice(end);
  }
}

/** `path_rewrite`: a format makes the path, the query stays. */
export class FormatRewrite implements PathRewrite {
  private readonly format: Formatter;

  constructor(format: Formatter) {
    this.format = format;
  }

  rewritten(path: string, headers: Headers, info: StreamInfo): string {
    const made = formatRequest(this.format, headers, info);
    return made === '' ? '' : made + path.slice(pathEnd(path));
  }
}

/** Where a new authority comes from; at most one of them. */
export interface HostRewrite {
  /** '': not from here. */
  readonly literal: string;
  readonly header: HeaderName | null;
  readonly ofPath: Substitution | null;
  readonly format: Formatter | null;
}

export class Rewrite implements RequestRewrite {
  private readonly path: PathRewrite | null;
  private readonly host: HostRewrite;
  private readonly appendForwardedHost: boolean;
  /** Of a weighted cluster: comes before the route's, and nothing is noted of it. '' for none. */
  private readonly weightHost: string;

  constructor(path: PathRewrite | null, host: HostRewrite, appendForwardedHost: boolean, weightHost: string) {
    this.path = path;
    this.host = host;
    this.appendForwardedHost = appendForwardedHost;
    this.weightHost = weightHost;
  }

  apply(headers: Headers, info: StreamInfo, tell: boolean): void {
    if (this.weightHost !== '') headers.authority = this.weightHost;
    const host = hostFor(headers, info, this.host);
    if (host !== '') replaceAuthority(headers, host, this.appendForwardedHost, tell);
    if (this.path === null) return;
    const path = this.path.rewritten(headers.path, headers, info);
    if (path === '') return;
    if (tell) headers.set(X_ENVOY_ORIGINAL_PATH, headers.path);
    headers.path = path;
  }
}

function hostFor(headers: Headers, info: StreamInfo, host: HostRewrite): string {
  if (host.literal !== '') return host.literal;
  if (host.header !== null) return headers.get(host.header) ?? '';
  if (host.format !== null) return formatRequest(host.format, headers, info);
  return host.ofPath === null ? '' : host.ofPath.replaceAll(headers.path.slice(0, pathEnd(headers.path)));
}

/** `tell`: the upstream may know what the authority was. */
export function replaceAuthority(headers: Headers, host: string, appendForwarded: boolean, tell: boolean): void {
  const old = headers.authority;
  if (appendForwarded && old !== '') {
    const before = forwardedHosts(headers);
    if (before === '') headers.set(X_FORWARDED_HOST, old);
    else if (before.slice(before.lastIndexOf(',') + 1) !== old) headers.set(X_FORWARDED_HOST, `${before},${old}`);
  }
  if (tell) headers.set(X_ENVOY_ORIGINAL_HOST, old);
  headers.authority = host;
}

/** All of them, in one field's text; '' when there is none. */
function forwardedHosts(headers: Headers): string {
  let at = headers.indexOf(X_FORWARDED_HOST, 0);
  if (at < 0) return '';
  let text = headers.field(at).value;
  for (at = headers.indexOf(X_FORWARDED_HOST, at + 1); at >= 0; at = headers.indexOf(X_FORWARDED_HOST, at + 1)) {
    text += `,${headers.field(at).value}`;
  }
  return text;
}
