/**
 * envoy.config.route.v3.HeaderMatcher, compiled. A repeated header matches when one of its values does (Envoy 1.40 compares each
 * value; it no longer joins them). A header that is absent matches nothing but presence, inverted or not, unless it is treated
 * as empty.
 */
import type { Message } from '../../api/index.ts';
import type { Problems } from '../../base/errors.ts';
import { type HeaderName, NAME_PSEUDO, pinName } from '../header-name.ts';
import type { Headers } from '../headers.ts';
import { compileStringMatcher, containsTest, exactTest, prefixTest, regexTest, type StringTest, suffixTest } from './string-match.ts';

const PRESENT = 0;
const RANGE = 1;
const STRING = 2;

const INTEGER = /^[+-]?\d{1,19}$/;

export class HeaderTest {
  private readonly name: HeaderName;
  private readonly kind: number;
  private readonly string: StringTest | null;
  private readonly from: bigint;
  private readonly to: bigint;
  /** For PRESENT: the presence asked for. */
  private readonly present: boolean;
  private readonly invert: boolean;
  private readonly missingIsEmpty: boolean;

  constructor(
    name: HeaderName,
    kind: number,
    string: StringTest | null,
    from: bigint,
    to: bigint,
    present: boolean,
    invert: boolean,
    missingIsEmpty: boolean,
  ) {
    this.name = name;
    this.kind = kind;
    this.string = string;
    this.from = from;
    this.to = to;
    this.present = present;
    this.invert = invert;
    this.missingIsEmpty = missingIsEmpty;
  }

  matches(headers: Headers): boolean {
    const name = this.name;
    if (name.kind === NAME_PSEUDO) {
      const value = headers.get(name);
      return value === undefined ? this.absent() : this.matchesOne(value) !== this.invert;
    }
    let at = headers.indexOf(name, 0);
    if (at < 0) return this.absent();
    for (; at >= 0; at = headers.indexOf(name, at + 1)) {
      if (this.matchesOne(headers.field(at).value)) return !this.invert;
    }
    return this.invert;
  }

  private absent(): boolean {
    if (this.missingIsEmpty) return this.matchesOne('') !== this.invert;
    return this.kind === PRESENT && !this.present !== this.invert;
  }

  private matchesOne(value: string): boolean {
    if (this.kind === PRESENT) return this.present;
    return this.kind === RANGE ? this.inRange(value) : (this.string as StringTest).test(value);
  }

  /** `[from, to)` of a whole decimal number. */
  private inRange(value: string): boolean {
    if (!INTEGER.test(value)) return false;
    const number = BigInt(value.startsWith('+') ? value.slice(1) : value);
    return number >= this.from && number < this.to;
  }
}

/** Matches where the header is there, whatever its value. */
export function presenceTest(name: HeaderName): HeaderTest {
  return new HeaderTest(name, PRESENT, null, 0n, 0n, true, false, false);
}

type Matcher = Message<'envoy.config.route.v3.HeaderMatcher'>;

export function compileHeaderMatchers(messages: readonly Matcher[], problems: Problems): HeaderTest[] {
  const tests: HeaderTest[] = [];
  messages.forEach((message, i) => {
    const test = compileHeaderMatcher(message, problems.at(i));
    if (test !== null) tests.push(test);
  });
  return tests;
}

function compileHeaderMatcher(message: Matcher, problems: Problems): HeaderTest | null {
  const specifier = message.headerMatchSpecifier;
  const name = pinName(message.name === 'host' ? ':authority' : message.name);
  const build = (kind: number, string: StringTest | null, present = true, from = 0n, to = 0n): HeaderTest =>
    new HeaderTest(name, kind, string, from, to, present, message.invertMatch, message.treatMissingHeaderAsEmpty);
  let string: StringTest | null = null;
  switch (specifier.case) {
    case undefined:
      return build(PRESENT, null);
    case 'presentMatch':
      return build(PRESENT, null, specifier.value);
    case 'rangeMatch':
      return build(RANGE, null, true, specifier.value.start, specifier.value.end);
    case 'exactMatch':
      string = exactTest(specifier.value);
      break;
    case 'prefixMatch':
      string = prefixTest(specifier.value);
      break;
    case 'suffixMatch':
      string = suffixTest(specifier.value);
      break;
    case 'containsMatch':
      string = containsTest(specifier.value);
      break;
    case 'safeRegexMatch':
      string = regexTest(specifier.value, problems.at('safe_regex_match'));
      break;
    case 'stringMatch':
      string = compileStringMatcher(specifier.value, problems.at('string_match'));
      break;
  }
  return string === null ? null : build(STRING, string);
}
