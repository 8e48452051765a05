/** envoy.config.route.v3.RouteMatch → RequestTest. */
import { type Message, refuseOthers } from '../../api/index.ts';
import type { Problems } from '../../base/errors.ts';
import { NO_RUNTIME_VALUES, type RuntimeValues } from '../../base/runtime-values.ts';
import { RequestTest } from './compiled-route.ts';
import { compileCookieMatchers } from './cookie.ts';
import { compileFraction } from './fraction.ts';
import { compileHeaderMatchers } from './header-match.ts';
import { PATH_CONNECT, PATH_EXACT, PATH_PREFIX, PATH_SEPARATED_PREFIX, type PathKind, PathTest, regexPath } from './path-match.ts';
import { compileQueryMatchers } from './query-match.ts';
import { compileStreamMatchers } from './stream-match.ts';
import { compileTemplate } from './uri-template.ts';

type RouteMatch = Message<'envoy.config.route.v3.RouteMatch'>;

const HONOURED = new Set([
  'prefix',
  'path',
  'safe_regex',
  'connect_matcher',
  'path_separated_prefix',
  'path_match_policy',
  'case_sensitive',
  'runtime_fraction',
  'headers',
  'query_parameters',
  'cookies',
  'grpc',
  'tls_context',
  'dynamic_metadata',
  'filter_state',
]);

/** Null when the path cannot be matched; the problem is reported. */
export function compileMatch(message: RouteMatch, problems: Problems, values: RuntimeValues = NO_RUNTIME_VALUES): RequestTest | null {
  refuseOthers(message, HONOURED, problems);
  const path = compilePath(message, problems);
  const headers = compileHeaderMatchers(message.headers, problems.at('headers'));
  const query = compileQueryMatchers(message.queryParameters, problems.at('query_parameters'));
  const cookies = compileCookieMatchers(message.cookies, problems.at('cookies'));
  const stream = compileStreamMatchers(message, problems);
  if (path === null) return null;
  const fraction = compileFraction(message.runtimeFraction, values);
  return new RequestTest(path, headers, query, cookies, stream, message.grpc !== undefined, fraction);
}

function compilePath(message: RouteMatch, problems: Problems): PathTest | null {
  const { pathSpecifier } = message;
  const caseSensitive = message.caseSensitive ?? true;
  const literal = (kind: PathKind, text: string, field: string): PathTest | null => {
    if (/[?#]/.test(text)) {
      problems.at(field).add('bad_value', 'the query and the fragment are no part of the path that is matched', 'use query_parameters');
      return null;
    }
    return new PathTest(kind, Buffer.from(text, 'utf8').toString('latin1'), caseSensitive, null);
  };
  switch (pathSpecifier.case) {
    case 'prefix':
      return literal(PATH_PREFIX, pathSpecifier.value, 'prefix');
    case 'path':
      return literal(PATH_EXACT, pathSpecifier.value, 'path');
    case 'pathSeparatedPrefix':
      return literal(PATH_SEPARATED_PREFIX, pathSpecifier.value, 'path_separated_prefix');
    case 'safeRegex':
      return regexPath(pathSpecifier.value.regex, problems.at('safe_regex').at('regex'));
    case 'pathMatchPolicy':
      return compileTemplate(pathSpecifier.value, problems.at('path_match_policy'));
    case 'connectMatcher':
      return new PathTest(PATH_CONNECT, '', true, null);
    default:
      if (pathSpecifier.case === undefined) problems.add('missing', 'a path specifier is required', 'prefix: / matches every path');
      return null;
  }
}
