/** The file of `--watch`, from before it is read for the first time. */
import { systemDelays } from '../base/delays.ts';
import type { Logger } from '../base/log.ts';
import { WatchedFiles } from '../runtime/secrets/watched-files.ts';
import type { Reloader } from './reload.ts';

export class ConfigWatch {
  readonly #file: string;
  readonly #log: Logger;
  readonly #watch: { close(): void };
  #changed = false;
  #reloader: Reloader | null = null;

  constructor(file: string, log: Logger) {
    this.#file = file;
    this.#log = log;
    this.#watch = new WatchedFiles(systemDelays).watch([file], [], () => {
      this.#changed = true;
      this.#reload();
    });
  }

  /** Changes are applied from now on, and one that came before. */
  follow(reloader: Reloader): void {
    this.#reloader = reloader;
    this.#reload();
  }

  close(): void {
    this.#watch.close();
    this.#reloader = null;
  }

  #reload(): void {
    if (!this.#changed || this.#reloader === null) return;
    this.#changed = false;
    this.#reloader.reload().catch((error: unknown) => this.#log.error(`${this.#file} cannot be read again: ${String(error)}`));
  }
}
