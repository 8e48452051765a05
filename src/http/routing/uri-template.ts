/**
 * `envoy.path.match.uri_template.uri_template_matcher` and its rewriter (Envoy docs, "URI template"): `*` is one segment, `**` any number
 * of characters, `{name}` and `{name=pattern}` give what they match to the rewrite.
 */

import { isMessage, type Message, openAny } from '../../api/index.ts';
import { ConfigError, type Problems } from '../../base/errors.ts';
import { PATH_TEMPLATE, PathTest, pathEnd } from './path-match.ts';
import { compileProgram, type Program } from './regex.ts';
import type { PathRewrite } from './rewrite.ts';

type Extension = Message<'envoy.config.core.v3.TypedExtensionConfig'>;

/** What a `*` matches: RFC 3986's pchar (§3.3), percent signs included. */
const SEGMENT = "[-A-Za-z0-9._~%!$&'()*+,;:@=]+";
const REST = "[-A-Za-z0-9._~%!$&'()*+,;:@=/]*";
const LITERAL = /^[-A-Za-z0-9._~%!$&'()+,;:@]+$/;
const NAME = /^[A-Za-z][A-Za-z0-9_]{0,15}$/;
/** An operator or a variable, and a literal behind it. */
const GLOB = /^(?:(\*\*?)|\{([^{}=]*)(?:=([^{}]*))?\})([^/{}*]*)$/;
const MOST_VARIABLES = 5;

class TemplateTest extends PathTest {
  readonly program: Program;
  /** Names of the groups, from 1 on. */
  readonly variables: readonly string[];

  constructor(text: string, program: Program, variables: readonly string[]) {
    super(PATH_TEMPLATE, text, true, { test: (path: string) => program.matches(path) }, text.replace(/[;{*].*$/s, ''));
    this.program = program;
    this.variables = variables;
  }
}

class TemplateRewrite implements PathRewrite {
  private readonly template: TemplateTest;
  /** Literals, and numbers of groups. */
  private readonly parts: readonly (string | number)[];

  constructor(template: TemplateTest, parts: readonly (string | number)[]) {
    this.template = template;
    this.parts = parts;
  }

  rewritten(path: string): string {
    const end = pathEnd(path);
    const matcher = this.template.program.matcher(path.slice(0, end));
    if (!matcher.find(0)) return '';
    let text = '';
    for (const part of this.parts) text += typeof part === 'string' ? part : (matcher.group(part) ?? '');
    return text + path.slice(end);
  }
}

/** `path_match_policy`; null when it is refused. */
export function compileTemplate(extension: Extension, problems: Problems): PathTest | null {
  const message = open(extension, 'envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig', problems);
  if (message === null) return null;
  const at = problems.at('typed_config').at('path_template');
  const variables: string[] = [];
  const pattern = patternOf(message.pathTemplate, variables, at);
  const program = pattern === null ? null : compileProgram(`^${pattern}$`, at);
  return program === null ? null : new TemplateTest(message.pathTemplate, program, variables);
}

/** `path_rewrite_policy`, for what a template matched; null when it is refused. */
export function compileTemplateRewrite(extension: Extension, path: PathTest, problems: Problems): PathRewrite | null {
  const message = open(extension, 'envoy.extensions.path.rewrite.uri_template.v3.UriTemplateRewriteConfig', problems);
  if (message === null) return null;
  if (!(path instanceof TemplateTest)) {
    problems.add('bad_value', 'needs a route that is matched by a path template', 'use path_match_policy in match');
    return null;
  }
  const at = problems.at('typed_config').at('path_template_rewrite');
  const text = message.pathTemplateRewrite;
  if (!/^(?:\/[^/?#{}]*(?:\{[^{}/]*\}[^/?#{}]*)*)+$/.test(text) || text.includes('//')) {
    at.add('bad_value', `${JSON.stringify(text)} is no path with {names} in it`);
    return null;
  }
  const parts: (string | number)[] = [];
  for (const [piece] of text.matchAll(/\{[^}]*\}|[^{]+/g)) {
    const group = piece.startsWith('{') ? path.variables.indexOf(piece.slice(1, -1)) + 1 : -1;
    if (group === 0) {
      at.add('unresolved', `the path template has no variable ${piece}`);
      return null;
    }
    parts.push(group < 0 ? piece : group);
  }
  return new TemplateRewrite(path, parts);
}

function open<
  N extends
    | 'envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig'
    | 'envoy.extensions.path.rewrite.uri_template.v3.UriTemplateRewriteConfig',
>(extension: Extension, name: N, problems: Problems): Message<N> | null {
  const at = problems.at('typed_config');
  if (extension.typedConfig === undefined) {
    at.add('missing', 'typed_config is required');
    return null;
  }
  try {
    const opened = openAny(extension.typedConfig);
    if (opened.kind === 'message' && isMessage(opened.message, name)) {
      return opened.message;
    }
    at.add('unknown_type', `${opened.typeName || 'an empty type URL'} is not supported, only ${name}`);
  } catch (error) {
    if (error instanceof ConfigError) for (const problem of error.problems) at.add(problem.code, problem.message, problem.hint);
    else at.add('bad_value', String(error));
  }
  return null;
}

/** The regular expression of a template, without its anchors; null when it is none. */
function patternOf(template: string, variables: string[], problems: Problems): string | null {
  const fail = (why: string): null => {
    problems.add('bad_value', `no path template: ${why}`);
    return null;
  };
  if (!template.startsWith('/')) return fail('it begins with a slash');
  let pattern = '';
  let rest = false;
  // A variable's own pattern may have slashes.
  const segments = template.slice(1).match(/(?:\{[^}]*\}|[^/])+|(?<=\/|^)(?=\/|$)/g) ?? [''];
  for (const [i, segment] of segments.entries()) {
    pattern += '/';
    if (segment === '') {
      if (i < segments.length - 1) return fail('a segment is empty');
      continue;
    }
    if (LITERAL.test(segment)) {
      pattern += quoted(segment);
      continue;
    }
    const glob = GLOB.exec(segment);
    if (glob === null) return fail(`${JSON.stringify(segment)} is neither a literal nor an operator with a literal behind it`);
    const [, operator, name, own = '*', suffix = ''] = glob;
    if (suffix !== '' && !LITERAL.test(suffix)) return fail(`${JSON.stringify(suffix)} is no literal`);
    if (name !== undefined) {
      if (!NAME.test(name)) return fail(`${JSON.stringify(name)} is no name of a variable`);
      if (variables.includes(name)) return fail(`two variables have the name ${name}`);
      variables.push(name);
      if (variables.length > MOST_VARIABLES) return fail(`it has more than ${MOST_VARIABLES} variables`);
    }
    const inner: string[] = [];
    for (const piece of (operator ?? own).split('/')) {
      const deep = piece === '**';
      if (rest && piece.startsWith('*')) return fail('no operator may follow **');
      if (deep) rest = true;
      if (piece !== '*' && !deep && !LITERAL.test(piece)) return fail(`${JSON.stringify(piece)} is neither a literal nor an operator`);
      inner.push(deep ? REST : piece === '*' ? SEGMENT : quoted(piece));
    }
    if (rest && name !== undefined && operator === undefined && !inner.includes(REST)) return fail('no operator may follow **');
    pattern += (name === undefined ? inner.join('/') : `(${inner.join('/')})`) + quoted(suffix);
  }
  return pattern;
}

function quoted(literal: string): string {
  return literal.replace(/[$().+]/g, '\\$&');
}
