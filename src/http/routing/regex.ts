/**
 * Regular expressions of configurations: whole-value matches in linear time. A pattern whose shape proves that V8 cannot
 * backtrack more than once over its input becomes a RegExp (28 ns a match), every other one goes to re2js (RE2 semantics, 500 ns),
 * which is loaded when the first such pattern is compiled.
 */
import { createRequire } from 'node:module';
import type { Problems } from '../../base/errors.ts';
import { provenLinear } from './regex-proof.ts';

export interface Regex {
  /** True when the whole of `text` matches. Linear in its length. */
  test(text: string): boolean;
}

/** Longest program in RE2 instructions: what Istio sets as `re2.max_program_size.error_level`. */
const MAX_PROGRAM = 32768;

/** Walks through the matches in one text. */
export interface Matcher {
  /** Whether there is a match at `from` or later. */
  find(from: number): boolean;
  /** Of the match, or of a group that took part in it. */
  start(group?: number): number;
  end(group?: number): number;
  /** Null when the group took no part. */
  group(index: number): string | null;
}

/** An RE2 program. */
export interface Program {
  matches(text: string): boolean;
  matcher(text: string): Matcher;
  groupCount(): number;
  programSize(): number;
}

let compileRe2: ((source: string) => Program) | null = null;

function re2(source: string): Program {
  if (compileRe2 === null) {
    const load = createRequire(import.meta.url);
    const { RE2JS } = load('re2js') as { RE2JS: { compile(source: string): Program } };
    compileRe2 = (text) => RE2JS.compile(text);
  }
  return compileRe2(source);
}

class LinearRegex implements Regex {
  private readonly program: Program;

  constructor(program: Program) {
    this.program = program;
  }

  test(text: string): boolean {
    return this.program.matches(text);
  }
}

/** Null when the pattern is no RE2 pattern; the problem is reported. */
export function compileRegex(source: string, problems: Problems): Regex | null {
  if (provenLinear(source)) return new RegExp(`^(?:${source})$`);
  const program = compileProgram(source, problems);
  return program === null ? null : new LinearRegex(program);
}

/** For searching in texts and for groups. Null when the pattern is no RE2 pattern; the problem is reported. */
export function compileProgram(source: string, problems: Problems): Program | null {
  try {
    const program = re2(source);
    if (program.programSize() <= MAX_PROGRAM) return program;
    problems.add('bad_value', `the pattern compiles to more than ${MAX_PROGRAM} instructions`, 'split it into several matches');
  } catch (error) {
    problems.add('bad_value', `not an RE2 pattern: ${error instanceof Error ? error.message : String(error)}`);
  }
  return null;
}
