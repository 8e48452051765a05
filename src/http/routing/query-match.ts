/** envoy.config.route.v3.QueryParameterMatcher, compiled: the first occurrence of a parameter counts, nothing is decoded. */
import type { Message } from '../../api/index.ts';
import type { Problems } from '../../base/errors.ts';
import { compileStringMatcher, type StringTest } from './string-match.ts';

export class QueryTest {
  private readonly name: string;
  /** Null: presence is enough (or, when `present` is false, absence is asked for). */
  private readonly string: StringTest | null;
  private readonly present: boolean;

  constructor(name: string, string: StringTest | null, present: boolean) {
    this.name = name;
    this.string = string;
    this.present = present;
  }

  matches(path: string): boolean {
    const value = queryParameter(path, this.name);
    if (this.string === null) return (value !== undefined) === this.present;
    return value !== undefined && this.string.test(value);
  }
}

/** Value of the first parameter of that name; '' for one without `=`, undefined when absent. */
export function queryParameter(path: string, name: string): string | undefined {
  let at = path.indexOf('?') + 1;
  if (at === 0) return undefined;
  while (at <= path.length) {
    let end = path.indexOf('&', at);
    if (end < 0) end = path.length;
    if (path.startsWith(name, at)) {
      const after = at + name.length;
      if (after === end) return '';
      if (after < end && path.charCodeAt(after) === 61) return path.slice(after + 1, end);
    }
    at = end + 1;
  }
  return undefined;
}

export function compileQueryMatchers(
  messages: readonly Message<'envoy.config.route.v3.QueryParameterMatcher'>[],
  problems: Problems,
): QueryTest[] {
  const tests: QueryTest[] = [];
  messages.forEach((message, i) => {
    const specifier = message.queryParameterMatchSpecifier;
    if (specifier.case !== 'stringMatch') {
      tests.push(new QueryTest(message.name, null, specifier.case === undefined || specifier.value));
      return;
    }
    const string = compileStringMatcher(specifier.value, problems.at(i).at('string_match'));
    if (string !== null) tests.push(new QueryTest(message.name, string, true));
  });
  return tests;
}
