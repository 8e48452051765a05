/** Format strings and JSON formats, taken apart when the configuration is compiled. */
import type { Problems } from '../../base/errors.ts';
import type { LogEntry } from '../access-log.ts';
import { toBytes } from './byte-text.ts';
import { OPERATORS, UNSUPPORTED } from './catalog.ts';
import { REQ_WITHOUT_QUERY } from './http-operators.ts';
import type { FormatNames, OperatorKind, OperatorRequest } from './kind.ts';
import { type Operator, TruncatedOperator } from './operator.ts';

/** A compiled format. `format` gives a byte string: write it as latin1, or use it as a header value. */
export interface Formatter {
  format(entry: LogEntry): string;
}

/** A piece of a format string. */
export type FormatPart = string | Operator;

const COMMAND = /%(?:%|([A-Z0-9_]+)(?:\(([^)]*)\))?(?::(\d+))?%)/y;

/**
 * Takes a format string apart; `%%` is a percent sign. Every problem is reported with its operator and its column in the format,
 * counted from 1. Null when there was one. Literals are byte strings.
 */
export function parseFormat(format: string, problems: Problems, names: FormatNames): FormatPart[] | null {
  const before = problems.list.length;
  const parts: FormatPart[] = [];
  let literal = '';
  let at = 0;
  while (at < format.length) {
    const percent = format.indexOf('%', at);
    literal += format.slice(at, percent < 0 ? undefined : percent);
    if (percent < 0) break;
    COMMAND.lastIndex = percent;
    const match = COMMAND.exec(format);
    if (match === null) {
      problems.add(
        'syntax',
        `no operator begins at column ${percent + 1}: "${format.slice(percent, percent + 30)}"`,
        'write %% for a percent sign',
      );
      break;
    }
    at = percent + match[0].length;
    const [, name, param, length] = match;
    if (name === undefined) {
      literal += '%';
      continue;
    }
    if (literal !== '') parts.push(toBytes(literal));
    literal = '';
    const operator = makeOperator(name, param, length === undefined ? null : Number(length), percent + 1, problems, names);
    if (operator !== null) parts.push(operator);
  }
  if (literal !== '') parts.push(toBytes(literal));
  return problems.list.length > before ? null : parts;
}

function makeOperator(
  name: string,
  param: string | undefined,
  length: number | null,
  column: number,
  problems: Problems,
  names: FormatNames,
) {
  const fail = (message: string): null => {
    problems.add('bad_value', `%${name}% at column ${column}: ${message}`);
    return null;
  };
  const kind = kindOf(name, names);
  if (kind === null) {
    if (UNSUPPORTED.has(name)) problems.add('unsupported', `%${name}% at column ${column}: this operator is not supported`);
    else problems.add('bad_value', `%${name}% at column ${column}: unknown operator`, hintFor(name));
    return null;
  }
  if (kind.params === 'none' && (param !== undefined || length !== null)) return fail('takes no parameters and no length');
  if (kind.params === 'required' && (param ?? '') === '') return fail('takes a parameter');
  if (!kind.length && length !== null) return fail('takes no length');
  const request: OperatorRequest = {
    param: toBytes(param ?? ''),
    names,
    fail,
    compile: (inner, innerParam, innerLength) => makeOperator(inner, innerParam || undefined, innerLength, column, problems, names),
  };
  const operator = kind.make(request);
  return operator === null || length === null ? operator : new TruncatedOperator(operator, length);
}

function kindOf(name: string, names: FormatNames): OperatorKind | null {
  if (Object.hasOwn(OPERATORS, name)) return OPERATORS[name] ?? null;
  return name === 'REQ_WITHOUT_QUERY' && names.extra?.has(name) === true ? REQ_WITHOUT_QUERY : null;
}

function hintFor(name: string): string | undefined {
  return name === 'REQ_WITHOUT_QUERY' ? 'add the formatter envoy.formatter.req_without_query, or use %PATH(NQ)%' : undefined;
}

class TextFormatter implements Formatter {
  readonly #parts: readonly FormatPart[];
  readonly #empty: string;

  constructor(parts: readonly FormatPart[], empty: string) {
    this.#parts = parts;
    this.#empty = empty;
  }

  format(entry: LogEntry): string {
    let line = '';
    for (const part of this.#parts) line += typeof part === 'string' ? part : (part.line(entry) ?? this.#empty);
    return line;
  }
}

/**
 * Compiles a format string. Reports unknown and unsupported operators, wrong parameters and stray percent signs, and answers null then.
 * `omitEmpty`: a value that is not there prints nothing instead of `-`.
 */
export function compileFormat(format: string, problems: Problems, names: FormatNames, omitEmpty = false): Formatter | null {
  const parts = parseFormat(format, problems, names);
  return parts === null ? null : new TextFormatter(parts, omitEmpty ? '' : '-');
}
