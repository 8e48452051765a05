/**
 * Tells when files may have changed: written in place, renamed over, or reached through a symlink that was swapped (Kubernetes
 * renames `..data` over). Directories are watched, not files, since a watch on a file ends with the file; each directory once,
 * whoever asks.
 */
import { type FSWatcher, lstatSync, readlinkSync, statSync, watch } from 'node:fs';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import type { Delays } from '../../base/delays.ts';
import { fingerprint } from './file-reader.ts';

/** Several events of one change are one. */
const SETTLE_MS = 10;
/** Where the kernel has no watch to give (too many, or a file system without), files are asked. */
const POLL_MS = 500;
const MAX_LINKS = 40;

export interface FileWatch {
  close(): void;
}

export class WatchedFiles {
  readonly #delays: Delays;
  readonly #directories = new Map<string, Directory>();

  constructor(delays: Delays) {
    this.#delays = delays;
  }

  /** `directories`: any event in them counts (`watched_directory`); then the files are read when that happens and at no other time. */
  watch(files: readonly string[], directories: readonly string[], onChange: () => void): FileWatch {
    return new Watch(files, directories, this.#delays, (path, onEvent) => this.#listen(path, onEvent), onChange);
  }

  /** Null when the kernel refuses. */
  #listen(path: string, onEvent: (name: string | null) => void): (() => void) | null {
    let directory = this.#directories.get(path);
    if (directory !== undefined && !directory.current) directory.close();
    if (directory === undefined) {
      directory = new Directory(path);
      this.#directories.set(path, directory);
    }
    if (!directory.open()) {
      if (directory.listeners.size === 0) this.#directories.delete(path);
      return null;
    }
    const opened = directory;
    opened.listeners.add(onEvent);
    return () => {
      opened.listeners.delete(onEvent);
      if (opened.listeners.size > 0) return;
      opened.close();
      if (this.#directories.get(path) === opened) this.#directories.delete(path);
    };
  }
}

class Directory {
  readonly path: string;
  readonly listeners = new Set<(name: string | null) => void>();
  #watcher: FSWatcher | null = null;
  #identity = '';

  constructor(path: string) {
    this.path = path;
  }

  /** Once; false when the kernel has no watch to give. */
  open(): boolean {
    if (this.#watcher !== null) return true;
    try {
      this.#identity = identityOf(this.path);
      const watcher = watch(this.path, { persistent: false }, (_, name) => {
        for (const listener of [...this.listeners]) listener(name);
      });
      watcher.on('error', () => {
        this.close();
        for (const listener of [...this.listeners]) listener(null);
      });
      this.#watcher = watcher;
      return true;
    } catch {
      return false;
    }
  }

  /** False when another directory stands at this path now. */
  get current(): boolean {
    return identityOf(this.path) === this.#identity;
  }

  close(): void {
    this.#watcher?.close();
    this.#watcher = null;
  }
}

class Watch implements FileWatch {
  readonly #files: readonly string[];
  readonly #names: ReadonlySet<string>;
  readonly #given: ReadonlySet<string>;
  readonly #delays: Delays;
  readonly #listen: (path: string, onEvent: (name: string | null) => void) => (() => void) | null;
  readonly #onChange: () => void;
  #open = new Map<string, () => void>();
  #state: string;
  /** An event named one of the files: they are read even if they look the same. */
  #named = false;
  #settling: (() => void) | null = null;
  #polling: (() => void) | null = null;

  constructor(
    files: readonly string[],
    directories: readonly string[],
    delays: Delays,
    listen: (path: string, onEvent: (name: string | null) => void) => (() => void) | null,
    onChange: () => void,
  ) {
    this.#files = files;
    this.#names = new Set(files.map((file) => basename(file)));
    this.#given = new Set(directories.map((directory) => resolve(directory)));
    this.#delays = delays;
    this.#listen = listen;
    this.#onChange = onChange;
    this.#state = this.#look();
    this.#follow();
  }

  close(): void {
    this.#settling?.();
    this.#polling?.();
    for (const stop of this.#open.values()) stop();
    this.#open.clear();
  }

  #onEvent(directory: string, name: string | null): void {
    if (this.#given.has(directory) || (name !== null && this.#names.has(name))) this.#named = true;
    this.#settling ??= this.#delays.after(SETTLE_MS, () => {
      this.#settling = null;
      this.#check();
    });
  }

  #check(): void {
    this.#follow();
    const before = this.#state;
    this.#state = this.#look();
    if (!this.#named && this.#state === before) return;
    this.#named = false;
    this.#onChange();
  }

  /** Watches the directories that count now. */
  #follow(): void {
    const wanted = new Set([...this.#given, ...(this.#given.size > 0 ? [] : this.#files.flatMap(directoriesOf))]);
    const open = new Map<string, () => void>();
    let refused = false;
    for (const path of wanted) {
      const stop = this.#listen(path, (name) => this.#onEvent(path, name));
      if (stop === null) refused = true;
      else open.set(path, stop);
    }
    // The new watches stand before the old ones go.
    for (const stop of this.#open.values()) stop();
    this.#open = open;
    if (refused) this.#poll();
  }

  #poll(): void {
    this.#polling ??= this.#delays.after(POLL_MS, () => {
      this.#polling = null;
      this.#check();
    });
  }

  #look(): string {
    return this.#files.map(fingerprint).join(' ');
  }
}

/**
 * The directories in which a change can lead to another file: the one that holds it, and each that holds a symlink on the way. Of a
 * path that does not exist, the last directory that does.
 */
export function directoriesOf(path: string): string[] {
  const found = new Set<string>();
  let rest = resolve(path).split('/').slice(1);
  let current = '/';
  for (let links = 0; rest.length > 0; ) {
    const [name = '', ...others] = rest;
    const next = join(current, name);
    let target: string;
    try {
      target = lstatSync(next).isSymbolicLink() ? readlinkSync(next) : '';
    } catch {
      found.add(current);
      return [...found];
    }
    if (target !== '' && ++links <= MAX_LINKS) {
      found.add(current);
      rest = [...(isAbsolute(target) ? target : join(current, target)).split('/').slice(1), ...others];
      current = '/';
      continue;
    }
    if (others.length === 0) found.add(dirname(next));
    current = next;
    rest = others;
  }
  return [...found];
}

function identityOf(path: string): string {
  try {
    const { dev, ino } = statSync(path);
    return `${dev}/${ino}`;
  } catch {
    return '';
  }
}
