/**
 * envoy.type.matcher.v3.RegexMatchAndSubstitute, compiled: every match in a text gives way to the substitution, in which `\0` to `\9`
 * stand for the groups (RE2 `GlobalReplace`).
 */
import type { Message } from '../../api/index.ts';
import type { Problems } from '../../base/errors.ts';
import { compileProgram, type Program } from './regex.ts';

export class Substitution {
  private readonly program: Program;
  /** Literals, and numbers of groups. */
  private readonly parts: readonly (string | number)[];

  constructor(program: Program, parts: readonly (string | number)[]) {
    this.program = program;
    this.parts = parts;
  }

  replaceAll(text: string): string {
    const parts = this.parts;
    const matcher = this.program.matcher(text);
    let out = '';
    let at = 0;
    let lastEnd = -1;
    while (at <= text.length && matcher.find(at)) {
      const start = matcher.start();
      const end = matcher.end();
      out += text.slice(at, start);
      at = end;
      if (start === end && start === lastEnd) {
        // An empty match right behind the last one does not count.
        out += text.slice(at, at + 1);
        at++;
        continue;
      }
      for (let i = 0; i < parts.length; i++) {
        const part = parts[i] as string | number;
        out += typeof part === 'string' ? part : (matcher.group(part) ?? '');
      }
      lastEnd = end;
    }
    return out + text.slice(at);
  }
}

type SubstitutionMessage = Message<'envoy.type.matcher.v3.RegexMatchAndSubstitute'>;

/** Null when the pattern or the substitution cannot be used; the problem is reported. */
export function compileSubstitution(message: SubstitutionMessage, problems: Problems): Substitution | null {
  const { pattern } = message;
  if (pattern === undefined) {
    problems.at('pattern').add('missing', 'pattern is required');
    return null;
  }
  const program = compileProgram(pattern.regex, problems.at('pattern').at('regex'));
  if (program === null) return null;
  const parts = partsOf(message.substitution, program.groupCount(), problems.at('substitution'));
  return parts === null ? null : new Substitution(program, parts);
}

function partsOf(text: string, groups: number, problems: Problems): readonly (string | number)[] | null {
  const parts: (string | number)[] = [];
  for (const [piece] of text.matchAll(/\\.?|[^\\]+/gs)) {
    const after = piece.charAt(1);
    if (!piece.startsWith('\\')) parts.push(Buffer.from(piece, 'utf8').toString('latin1'));
    else if (after === '\\') parts.push('\\');
    else if (!/[0-9]/.test(after)) {
      problems.add('bad_value', `a backslash is followed by a digit or a backslash, not by ${JSON.stringify(after)}`);
      return null;
    } else if (Number(after) > groups) {
      problems.add('bad_value', `there is no group ${after}, the pattern has ${groups}`);
      return null;
    } else parts.push(Number(after));
  }
  return parts;
}
