/**
 * The proxy's own log (not access logs), in Envoy's default line format
 * `[2026-01-01 00:00:00.000][pid][level][component] text`, to stderr.
 * A disabled level is a shared no-op function, so a call costs one indirect jump and no formatting.
 */
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warning', 'error', 'critical', 'off'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export type LogFunction = (text: string) => void;

const nothing: LogFunction = () => {};

export interface LogSink {
  write(line: string): void;
}

const LEVELS: readonly Exclude<LogLevel, 'off'>[] = ['trace', 'debug', 'info', 'warning', 'error', 'critical'];

/** One component's logger: fields are functions that are swapped when the level changes. */
export class Logger {
  trace: LogFunction = nothing;
  debug: LogFunction = nothing;
  info: LogFunction = nothing;
  warning: LogFunction = nothing;
  error: LogFunction = nothing;
  critical: LogFunction = nothing;
  level: LogLevel = 'off';
  readonly component: string;
  readonly #sink: LogSink;
  readonly #wall: () => number;

  constructor(component: string, sink: LogSink, level: LogLevel, wall: () => number = Date.now) {
    this.component = component;
    this.#sink = sink;
    this.#wall = wall;
    this.setLevel(level);
  }

  setLevel(level: LogLevel): void {
    this.level = level;
    const from = LOG_LEVELS.indexOf(level);
    for (const name of LEVELS) {
      this[name] = LOG_LEVELS.indexOf(name) >= from ? (text) => this.#emit(name, text) : nothing;
    }
  }

  #emit(level: string, text: string): void {
    const time = new Date(this.#wall()).toISOString().replace('T', ' ').slice(0, 23);
    this.#sink.write(`[${time}][${process.pid}][${level}][${this.component}] ${text}\n`);
  }
}

/** All loggers of one process or worker: `/logging` and `--component-log-level` change them by name. */
export class Loggers {
  readonly #sink: LogSink;
  readonly #byName = new Map<string, Logger>();
  #level: LogLevel;

  constructor(level: LogLevel = 'info', sink: LogSink = { write: (line) => void process.stderr.write(line) }) {
    this.#level = level;
    this.#sink = sink;
  }

  get(component: string): Logger {
    let logger = this.#byName.get(component);
    if (logger === undefined) {
      logger = new Logger(component, this.#sink, this.#level);
      this.#byName.set(component, logger);
    }
    return logger;
  }

  /** Sets every logger, also those made later. */
  setAll(level: LogLevel): void {
    this.#level = level;
    for (const logger of this.#byName.values()) logger.setLevel(level);
  }

  /** False when no such component has logged yet. */
  set(component: string, level: LogLevel): boolean {
    const logger = this.#byName.get(component);
    logger?.setLevel(level);
    return logger !== undefined;
  }

  levels(): [string, LogLevel][] {
    return [...this.#byName.values()].map((l): [string, LogLevel] => [l.component, l.level]).sort();
  }
}

/** Envoy accepts `warn` for `warning`. Undefined when the text names no level. */
export function parseLogLevel(text: string): LogLevel | undefined {
  const level = text === 'warn' ? 'warning' : text;
  return LOG_LEVELS.find((l) => l === level);
}
