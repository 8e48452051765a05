/** envoy.type.matcher.v3.StringMatcher, compiled. */
import type { Message } from '../../api/index.ts';
import type { Problems } from '../../base/errors.ts';
import { compileRegex, type Regex } from './regex.ts';

const EXACT = 0;
const PREFIX = 1;
const SUFFIX = 2;
const CONTAINS = 3;
const REGEX = 4;

export class StringTest {
  private readonly kind: number;
  /** Lower case when `ignoreCase`. */
  private readonly text: string;
  private readonly ignoreCase: boolean;
  private readonly regex: Regex | null;

  constructor(kind: number, text: string, ignoreCase: boolean, regex: Regex | null) {
    this.kind = kind;
    this.text = ignoreCase ? text.toLowerCase() : text;
    this.ignoreCase = ignoreCase;
    this.regex = regex;
  }

  test(value: string): boolean {
    const candidate = this.ignoreCase ? value.toLowerCase() : value;
    switch (this.kind) {
      case EXACT:
        return candidate === this.text;
      case PREFIX:
        return candidate.startsWith(this.text);
      case SUFFIX:
        return candidate.endsWith(this.text);
      case CONTAINS:
        return candidate.includes(this.text);
      default:
        return this.regex?.test(value) === true;
    }
  }
}

export const exactTest = (text: string): StringTest => new StringTest(EXACT, text, false, null);
export const prefixTest = (text: string): StringTest => new StringTest(PREFIX, text, false, null);
export const suffixTest = (text: string): StringTest => new StringTest(SUFFIX, text, false, null);
export const containsTest = (text: string): StringTest => new StringTest(CONTAINS, text, false, null);

export function regexTest(message: Message<'envoy.type.matcher.v3.RegexMatcher'>, problems: Problems): StringTest | null {
  // `google_re2.max_program_size` is deprecated and ignored by Envoy 1.40 too, whose limit is a runtime key.
  const regex = compileRegex(message.regex, problems.at('regex'));
  return regex === null ? null : new StringTest(REGEX, '', false, regex);
}

export function compileStringMatcher(message: Message<'envoy.type.matcher.v3.StringMatcher'>, problems: Problems): StringTest | null {
  const { matchPattern, ignoreCase } = message;
  switch (matchPattern.case) {
    case 'exact':
      return new StringTest(EXACT, matchPattern.value, ignoreCase, null);
    case 'prefix':
      return new StringTest(PREFIX, matchPattern.value, ignoreCase, null);
    case 'suffix':
      return new StringTest(SUFFIX, matchPattern.value, ignoreCase, null);
    case 'contains':
      return new StringTest(CONTAINS, matchPattern.value, ignoreCase, null);
    case 'safeRegex':
      return regexTest(matchPattern.value, problems.at('safe_regex'));
    case 'custom':
      problems.at('custom').add('unsupported', 'custom string matchers are not supported');
      return null;
    default:
      problems.add('missing', 'one of exact, prefix, suffix, contains, safe_regex is required');
      return null;
  }
}
