/**
 * One `%OPERATOR%` of a format, resolved when the configuration was compiled.
 * Texts are byte strings (byte-text.ts).
 */
import type { LogEntry } from '../access-log.ts';
import { jsonString } from './json-text.ts';

export abstract class Operator {
  /** The value as a byte string, null when there is none (`-` in text, `null` in JSON). */
  abstract text(entry: LogEntry): string | null;

  /** The value as it may stand in a line or a header: operators whose values are not checked elsewhere make one line of them. */
  line(entry: LogEntry): string | null {
    return this.text(entry);
  }

  /** The value as JSON: what a JSON format prints when the operator is all there is. */
  json(entry: LogEntry): string {
    const text = this.text(entry);
    return text === null ? 'null' : jsonString(text);
  }
}

/** An operator whose value is a number in JSON. */
export abstract class NumberOperator extends Operator {
  override json(entry: LogEntry): string {
    return this.text(entry) ?? 'null';
  }
}

/** The same for every entry: host name, environment. */
export class ConstantOperator extends Operator {
  readonly value: string | null;

  constructor(value: string | null) {
    super();
    this.value = value;
  }

  text(): string | null {
    return this.value;
  }
}

export class ConstantNumberOperator extends NumberOperator {
  readonly value: string;

  constructor(value: number) {
    super();
    this.value = String(value);
  }

  text(): string {
    return this.value;
  }
}

/** `%X(…):N%`: at most N bytes of the text. */
export class TruncatedOperator extends Operator {
  readonly inner: Operator;
  readonly length: number;

  constructor(inner: Operator, length: number) {
    super();
    this.inner = inner;
    this.length = length;
  }

  text(entry: LogEntry): string | null {
    return this.#cut(this.inner.text(entry));
  }

  override line(entry: LogEntry): string | null {
    return this.#cut(this.inner.line(entry));
  }

  #cut(text: string | null): string | null {
    return text !== null && text.length > this.length ? text.slice(0, this.length) : text;
  }
}
