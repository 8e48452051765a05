/**
 * One Secret message with everything it names: read, checked, and read again when its files change. A certificate without its key,
 * or half of a file, is tried again shortly after; what worked stays until something better is there.
 */
import { toBinary } from '../../api/index.ts';
import type { Delays } from '../../base/delays.ts';
import { type Problem, Problems, renderProblem } from '../../base/errors.ts';
import { compileSecret } from './compile-secret.ts';
import { type Environment, type ResolvedSecret, resolveSecret, type SecretMessage } from './resolve-secret.ts';
import type { FileWatch, WatchedFiles } from './watched-files.ts';

/** Milliseconds after a bad reading: whoever writes certificate and key does it one after the other. */
const RETRIES_MS = [30, 150];

export interface LiveSecretParts {
  readonly files: WatchedFiles;
  readonly delays: Delays;
  readonly environment: Environment;
  /** The resolved message, whenever it differs from the one before. */
  onChange(bytes: Uint8Array): void;
  /** Files changed into something that cannot be used. */
  onBadChange(reason: string): void;
}

export class LiveSecret {
  readonly #parts: LiveSecretParts;
  #message: SecretMessage | null = null;
  #current: Uint8Array | null = null;
  #watch: FileWatch | null = null;
  #watched = '';
  #retry: (() => void) | null = null;

  constructor(parts: LiveSecretParts) {
    this.#parts = parts;
  }

  /** Takes another message in the place of the one before, unless it has problems. */
  set(message: SecretMessage): readonly Problem[] {
    const problems = new Problems();
    const resolved = this.#resolve(message, problems);
    if (problems.failed) {
      // The files of the first message are worth waiting for.
      if (this.#message === null) this.#follow(message, resolved);
      return problems.list;
    }
    this.#message = message;
    this.#retry?.();
    this.#retry = null;
    this.#follow(message, resolved);
    this.#accept(resolved);
    return [];
  }

  /** It was withdrawn. */
  clear(): void {
    this.close();
    this.#message = null;
    this.#current = null;
    this.#watched = '';
  }

  close(): void {
    this.#retry?.();
    this.#retry = null;
    this.#watch?.close();
    this.#watch = null;
  }

  #resolve(message: SecretMessage, problems: Problems): ResolvedSecret {
    const resolved = resolveSecret(message, this.#parts.environment, problems);
    if (!problems.failed) compileSecret(resolved.message, problems);
    return resolved;
  }

  #accept({ message }: ResolvedSecret): void {
    const bytes = toBinary(message);
    if (this.#current !== null && Buffer.compare(this.#current, bytes) === 0) return;
    this.#current = bytes;
    this.#parts.onChange(bytes);
  }

  #follow(message: SecretMessage, { files, directories }: ResolvedSecret): void {
    const key = JSON.stringify([files, directories]);
    if (key === this.#watched) return;
    this.#watched = key;
    this.#watch?.close();
    this.#watch = null;
    if (files.length === 0) return;
    this.#message = message;
    this.#watch = this.#parts.files.watch(files, directories, () => this.#reread(0));
    // What changed between reading and watching.
    this.#retry = this.#parts.delays.after(0, () => this.#reread(RETRIES_MS.length, true));
  }

  #reread(attempt: number, silent = false): void {
    this.#retry?.();
    this.#retry = null;
    const message = this.#message;
    if (message === null) return;
    const problems = new Problems();
    const resolved = this.#resolve(message, problems);
    if (!problems.failed) {
      this.#accept(resolved);
      return;
    }
    const wait = RETRIES_MS[attempt];
    if (wait !== undefined) this.#retry = this.#parts.delays.after(wait, () => this.#reread(attempt + 1));
    else if (!silent) this.#parts.onBadChange(problems.list.map(renderProblem).join('; '));
  }
}
