import { type BigIntStats, readFileSync, statSync } from 'node:fs';

/** Reads the files of one secret and knows afterwards whether they were one state of the disk. */
export class FileReader {
  /** Path → what it was when it was read. */
  readonly #seen = new Map<string, string>();

  /** @throws what `readFileSync` throws */
  read(path: string): Buffer {
    this.#seen.set(path, fingerprint(path));
    return readFileSync(path);
  }

  get files(): readonly string[] {
    return [...this.#seen.keys()];
  }

  /** False when a file was written or replaced since it was read: what came out may be half old and half new. */
  get steady(): boolean {
    for (const [path, before] of this.#seen) if (fingerprint(path) !== before) return false;
    return true;
  }
}

/** Changes whenever the content of a file may have; '' for one that is not there. */
export function fingerprint(path: string): string {
  let stats: BigIntStats;
  try {
    stats = statSync(path, { bigint: true });
  } catch {
    return '';
  }
  return `${stats.dev}/${stats.ino}/${stats.size}/${stats.mtimeNs}`;
}
