/** envoy.type.matcher.v3.ValueMatcher, compiled: asks a value of dynamic metadata. */
import type { Message } from '../../api/index.ts';
import type { Problems } from '../../base/errors.ts';
import type { MetadataValue } from '../../telemetry/stream-info.ts';
import { compileStringMatcher, type StringTest } from './string-match.ts';

export interface ValueTest {
  /** `value`: undefined when there is none. */
  test(value: MetadataValue | undefined): boolean;
}

const IS_NULL: ValueTest = { test: (value) => value === null };
const IS_TRUE: ValueTest = { test: (value) => value === true };
const IS_FALSE: ValueTest = { test: (value) => value === false };
const PRESENT: ValueTest = { test: (value) => value !== undefined };
/** What `present_match: false` asks for in Envoy: nothing has it. */
const NEVER: ValueTest = { test: () => false };

class NumberTest implements ValueTest {
  private readonly from: number;
  private readonly to: number;
  private readonly exact: boolean;

  /** `[from, to)`, or `from` alone. */
  constructor(from: number, to: number, exact: boolean) {
    this.from = from;
    this.to = to;
    this.exact = exact;
  }

  test(value: MetadataValue | undefined): boolean {
    if (typeof value !== 'number') return false;
    return this.exact ? value === this.from : value >= this.from && value < this.to;
  }
}

class TextTest implements ValueTest {
  private readonly string: StringTest;

  constructor(string: StringTest) {
    this.string = string;
  }

  test(value: MetadataValue | undefined): boolean {
    return typeof value === 'string' && this.string.test(value);
  }
}

class ListTest implements ValueTest {
  private readonly one: ValueTest;

  constructor(one: ValueTest) {
    this.one = one;
  }

  test(value: MetadataValue | undefined): boolean {
    if (!Array.isArray(value)) return false;
    for (let i = 0; i < value.length; i++) if (this.one.test(value[i])) return true;
    return false;
  }
}

class AnyTest implements ValueTest {
  private readonly tests: readonly ValueTest[];

  constructor(tests: readonly ValueTest[]) {
    this.tests = tests;
  }

  test(value: MetadataValue | undefined): boolean {
    for (let i = 0; i < this.tests.length; i++) if ((this.tests[i] as ValueTest).test(value)) return true;
    return false;
  }
}

/** Null when something was refused; the problem is reported. */
export function compileValueMatcher(message: Message<'envoy.type.matcher.v3.ValueMatcher'>, problems: Problems): ValueTest | null {
  const { matchPattern: pattern } = message;
  switch (pattern.case) {
    case 'nullMatch':
      return IS_NULL;
    case 'boolMatch':
      return pattern.value ? IS_TRUE : IS_FALSE;
    case 'presentMatch':
      return pattern.value ? PRESENT : NEVER;
    case 'doubleMatch':
      return compileDouble(pattern.value, problems.at('double_match'));
    case 'stringMatch': {
      const string = compileStringMatcher(pattern.value, problems.at('string_match'));
      return string === null ? null : new TextTest(string);
    }
    case 'listMatch': {
      const at = problems.at('list_match').at('one_of');
      const one = pattern.value.matchPattern.case === 'oneOf' ? compileValueMatcher(pattern.value.matchPattern.value, at) : missing(at);
      return one === null ? null : new ListTest(one);
    }
    case 'orMatch': {
      const tests: ValueTest[] = [];
      pattern.value.valueMatchers.forEach((each, i) => {
        const test = compileValueMatcher(each, problems.at('or_match').at('value_matchers').at(i));
        if (test !== null) tests.push(test);
      });
      return tests.length < pattern.value.valueMatchers.length ? null : new AnyTest(tests);
    }
    default:
      return missing(problems);
  }
}

function compileDouble({ matchPattern: pattern }: Message<'envoy.type.matcher.v3.DoubleMatcher'>, problems: Problems): ValueTest | null {
  switch (pattern.case) {
    case 'exact':
      return new NumberTest(pattern.value, 0, true);
    case 'range':
      return new NumberTest(pattern.value.start, pattern.value.end, false);
    default:
      return missing(problems);
  }
}

function missing(problems: Problems): null {
  problems.add('missing', 'a pattern is required');
  return null;
}
