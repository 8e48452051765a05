/** Where the proxy's own log goes: stderr, or the file of `--log-path`, which SIGUSR1 opens again. */
import { closeSync, openSync, writeSync } from 'node:fs';
import type { LogSink } from '../base/log.ts';

export interface ReopenableSink extends LogSink {
  reopen(): void;
}

export const stderrSink: ReopenableSink = {
  write: (line) => void process.stderr.write(line),
  reopen: () => {},
};

/** Throws when the file cannot be opened. A file that cannot be opened again later is kept as it is. */
export function fileSink(path: string): ReopenableSink {
  let fd = openSync(path, 'a');
  return {
    write: (line) => void writeSync(fd, line),
    reopen: () => {
      try {
        const next = openSync(path, 'a');
        closeSync(fd);
        fd = next;
      } catch (error) {
        writeSync(fd, `cannot open ${path} again: ${(error as Error).message}\n`);
      }
    },
  };
}
