/**
 * Errors of the control plane. The data path never throws: it passes a `Fault` (http/faults.ts).
 *
 * A `ConfigError` names the place in the configuration (field path, and line and column when it came from a file),
 * what is wrong and what to do next. One catch at a door turns it into NACK text, a validate report or exit 1.
 */

/** Where a value stood in a text file. `line` and `column` count from 1. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Permanent codes: tools may match them, so a code is never renamed. */
export type ConfigErrorCode =
  | 'syntax' // the file is no YAML/JSON, or the bytes are no protobuf
  | 'unknown_field'
  | 'wrong_kind' // a string where a number is expected, a list where a message is expected …
  | 'bad_enum'
  | 'bad_value' // breaks a constraint of the proto (validate.rules) or of the proxy
  | 'oneof' // two members of one oneof
  | 'missing' // a required field
  | 'unknown_type' // an @type or extension nobody registered
  | 'unsupported' // known, but refused by name
  | 'unresolved' // a reference to something that does not exist
  | 'duplicate'
  | 'no_effect' // valid, and does nothing: a warning
  | 'io'; // file unreadable, port in use

export interface Problem {
  readonly code: ConfigErrorCode;
  /** Field path as Envoy writes it: `static_resources.clusters[0].connect_timeout`. Empty for the whole message. */
  readonly path: string;
  /** One sentence without a final dot: what is wrong. */
  readonly message: string;
  /** What to do: `did you mean "port_value"?`. Empty when nothing better than the message can be said. */
  readonly hint?: string;
  readonly position?: Position;
}

export function renderProblem(p: Problem): string {
  const at = p.position ? `${p.position.file}:${p.position.line}:${p.position.column}: ` : '';
  const path = p.path === '' ? '' : `${p.path}: `;
  return `${at}${path}${p.message}${p.hint ? `; ${p.hint}` : ''}`;
}

export class ConfigError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(renderProblem).join('\n'));
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

/**
 * Collects every problem of one resource, so that a user sees all of them at once. `at()` gives a collector for a
 * sub-path; all collectors of one tree share one list.
 */
export class Problems {
  readonly list: Problem[];
  readonly path: string;

  constructor(path = '', list: Problem[] = []) {
    this.path = path;
    this.list = list;
  }

  get failed(): boolean {
    return this.list.length > 0;
  }

  /** Collector for a field (`at('route')` → `a.route`) or an element (`at(0)` → `a[0]`). */
  at(step: string | number): Problems {
    const path = typeof step === 'number' ? `${this.path}[${step}]` : this.path === '' ? step : `${this.path}.${step}`;
    return new Problems(path, this.list);
  }

  add(code: ConfigErrorCode, message: string, hint?: string): void {
    this.list.push(hint === undefined ? { code, path: this.path, message } : { code, path: this.path, message, hint });
  }

  /** Throws what was collected, or returns when nothing was. */
  throwIfAny(): void {
    if (this.list.length > 0) throw new ConfigError(this.list);
  }
}
