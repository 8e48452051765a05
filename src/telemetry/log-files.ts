/** The log files of one worker, by path: loggers that name the same file share its buffer. */
import type { LogFile } from './log-file.ts';

export class LogFiles {
  readonly #byPath = new Map<string, LogFile>();

  /** The open file, or what `open` makes. Configuration time; throws what opening throws. */
  use(path: string, open: () => LogFile): LogFile {
    let file = this.#byPath.get(path);
    if (file === undefined) {
      file = open();
      this.#byPath.set(path, file);
    }
    return file;
  }

  /** Opens every file again, after what is buffered was written (SIGUSR1, a rotated log). */
  reopen(): void {
    for (const file of this.#byPath.values()) file.flush(true);
  }

  /** Writes what is buffered and closes: the worker ends. */
  close(): void {
    for (const file of this.#byPath.values()) file.close();
    this.#byPath.clear();
  }
}

const byWorker = new WeakMap<object, LogFiles>();

/** The files of a worker; `worker` is any object that there is one of per worker (its dispatcher). */
export function logFilesOf(worker: object): LogFiles {
  let files = byWorker.get(worker);
  if (files === undefined) {
    files = new LogFiles();
    byWorker.set(worker, files);
  }
  return files;
}
