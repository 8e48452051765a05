/** An access log that formats a line and appends it to a file: file, stdout and stderr loggers. */
import type { Problems } from '../../../src/base/errors.ts';
import { formatNames } from '../../../src/http/substitution-format.ts';
import { Timer, type TimerOwner, type TimerWheel } from '../../../src/net/timer-wheel.ts';
import type { AccessLog, LogEntry } from '../../../src/telemetry/access-log.ts';
import { compileFormat, type Formatter } from '../../../src/telemetry/format/compile.ts';
import { DEFAULT_FORMAT } from '../../../src/telemetry/format/predefined.ts';
import { FILESYSTEM_STATS, type FlushTimer, LogFile } from '../../../src/telemetry/log-file.ts';
import { logFilesOf } from '../../../src/telemetry/log-files.ts';
import type { FactoryContext } from '../../../src/upstream/factory-context.ts';

class LineLog implements AccessLog {
  readonly #formatter: Formatter;
  readonly #file: LogFile;

  constructor(formatter: Formatter, file: LogFile) {
    this.#formatter = formatter;
    this.#file = file;
  }

  log(entry: LogEntry): void {
    this.#file.write(this.#formatter.format(entry));
  }

  flush(reopen: boolean): void {
    this.#file.flush(reopen);
  }
}

/** The timer of a file, on the wheel of its worker. */
class WheelTimer implements FlushTimer, TimerOwner {
  readonly #file: LogFile;
  readonly #wheel: TimerWheel;
  readonly #timer: Timer;

  constructor(file: LogFile, wheel: TimerWheel) {
    this.#file = file;
    this.#wheel = wheel;
    this.#timer = new Timer(this, 0);
  }

  arm(ms: number): void {
    this.#wheel.arm(this.#timer, ms);
  }

  onTimer(): void {
    this.#file.onTimer();
  }
}

/** What a log prints that has no format. */
export function defaultFormat(context: FactoryContext): Formatter | null {
  return compileFormat(DEFAULT_FORMAT, context.problems, formatNames());
}

/**
 * Opens the file and makes the log. Loggers of one worker that name the same path share the file and its buffer. Null when it cannot be
 * opened; `problems` stands at the path.
 */
export function openLineLog(path: string, formatter: Formatter, context: FactoryContext, problems: Problems): AccessLog | null {
  const { dispatcher, options, loggers } = context;
  try {
    const file = logFilesOf(dispatcher).use(path, () => {
      const stats = context.stats.group('filesystem.', FILESYSTEM_STATS);
      return new LogFile({
        path,
        flushMs: options.fileFlushMs,
        timer: (owner) => new WheelTimer(owner, dispatcher.timers),
        stats,
        shared: options.concurrency > 1,
        warn: (text) => loggers.get('file').warning(text),
      });
    });
    return new LineLog(formatter, file);
  } catch (error) {
    problems.add('io', `unable to open file ${JSON.stringify(path)}: ${error instanceof Error ? error.message : error}`);
    return null;
  }
}
