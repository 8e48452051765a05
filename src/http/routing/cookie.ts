/** Cookies of requests (RFC 6265 §4.2.1), one at a time and as Envoy 1.40 reads them: the first of a name counts, its quotes do not. */
import type { Message } from '../../api/index.ts';
import type { Problems } from '../../base/errors.ts';
import { COOKIE } from '../header-name.ts';
import type { Headers } from '../headers.ts';
import { compileStringMatcher, type StringTest } from './string-match.ts';

/** Value of the first cookie whose text begins with `prefix` (name and `=`); null when there is none. */
export function cookieValue(headers: Headers, prefix: string): string | null {
  for (let at = headers.indexOf(COOKIE, 0); at >= 0; at = headers.indexOf(COOKIE, at + 1)) {
    const value = findIn(headers.field(at).value, prefix);
    if (value !== null) return value;
  }
  return null;
}

function findIn(text: string, prefix: string): string | null {
  let at = 0;
  while (at < text.length) {
    let end = text.indexOf(';', at);
    if (end < 0) end = text.length;
    while (at < end && text.charCodeAt(at) === 32) at++;
    if (text.startsWith(prefix, at)) {
      const value = text.slice(at + prefix.length, end);
      return value.length > 1 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value;
    }
    at = end + 1;
  }
  return null;
}

/** envoy.config.route.v3.CookieMatcher, compiled. A cookie that is absent matches when it is inverted. */
export class CookieTest {
  private readonly prefix: string;
  private readonly string: StringTest;
  private readonly invert: boolean;

  constructor(name: string, string: StringTest, invert: boolean) {
    this.prefix = `${name}=`;
    this.string = string;
    this.invert = invert;
  }

  matches(headers: Headers): boolean {
    const value = cookieValue(headers, this.prefix);
    return (value !== null && this.string.test(value)) !== this.invert;
  }
}

export function compileCookieMatchers(
  messages: readonly Message<'envoy.config.route.v3.CookieMatcher'>[],
  problems: Problems,
): CookieTest[] {
  const tests: CookieTest[] = [];
  messages.forEach((message, i) => {
    const at = problems.at(i);
    if (message.name === '') at.at('name').add('missing', 'name is required');
    if (message.stringMatch === undefined) {
      at.at('string_match').add('missing', 'string_match is required');
      return;
    }
    const string = compileStringMatcher(message.stringMatch, at.at('string_match'));
    if (string !== null) tests.push(new CookieTest(message.name, string, message.invertMatch));
  });
  return tests;
}
