/** `%COALESCE({"operators": […]})%`: the first of several operators that has something to say. */
import type { LogEntry } from '../access-log.ts';
import type { OperatorRequest } from './kind.ts';
import { Operator } from './operator.ts';

class Coalesce extends Operator {
  readonly operators: readonly Operator[];

  constructor(operators: readonly Operator[]) {
    super();
    this.operators = operators;
  }

  text(entry: LogEntry): string | null {
    return this.#first(entry)?.text(entry) ?? null;
  }

  override line(entry: LogEntry): string | null {
    return this.#first(entry)?.line(entry) ?? null;
  }

  override json(entry: LogEntry): string {
    return this.#first(entry)?.json(entry) ?? 'null';
  }

  #first(entry: LogEntry): Operator | undefined {
    return this.operators.find((operator) => (operator.text(entry) ?? '') !== '');
  }
}

interface Step {
  readonly command: string;
  readonly param: string;
  readonly length: number | null;
}

export function coalesce({ param, compile, fail }: OperatorRequest): Operator | null {
  let steps: unknown;
  try {
    steps = (JSON.parse(Buffer.from(param, 'latin1').toString()) as { operators?: unknown } | null)?.operators;
  } catch (cause) {
    return fail(`the parameter is no JSON: ${cause instanceof Error ? cause.message : cause}`);
  }
  if (!Array.isArray(steps) || steps.length === 0) return fail('takes an object with a list of "operators"');
  const operators: Operator[] = [];
  for (const step of steps) {
    const read = stepOf(step);
    if (read === null) return fail('each operator is a name, or an object with "command", "param" and "max_length"');
    const operator = compile(read.command, read.param, read.length);
    if (operator === null) return null;
    operators.push(operator);
  }
  return new Coalesce(operators);
}

function stepOf(step: unknown): Step | null {
  if (typeof step === 'string') return { command: step, param: '', length: null };
  if (typeof step !== 'object' || step === null) return null;
  const { command, param = '', max_length: length = null } = step as Record<string, unknown>;
  if (typeof command !== 'string' || typeof param !== 'string') return null;
  if (length !== null && !(typeof length === 'number' && Number.isInteger(length) && length >= 0)) return null;
  return { command, param, length };
}
