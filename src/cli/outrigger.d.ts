/** What the package exports: a proxy inside of your own process, for tests and tools. `dist/index.d.ts` is this file. */

export interface StartOptions {
  /** A bootstrap as an object in JSON form, or as YAML. Merged over `file` and over `from`/`to` where those are given. */
  readonly config?: string | object;
  /** A bootstrap file. */
  readonly file?: string;
  /** As `--from` and `--to`: `:0` and `127.0.0.1:3000`; lists of the same length for several pairs. */
  readonly from?: string | readonly string[];
  readonly to?: string | readonly string[];
  /** More flags, as on the command line: `['--concurrency', '2']`. The log level is `warning` unless one is given. */
  readonly args?: readonly string[];
  /** Variables that the configuration may refer to, e.g. `process.env`; none by default. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Receives the proxy's own log, line by line with the line end; stderr by default. */
  readonly log?: (line: string) => void;
  /** The proxy cannot go on, and is stopped; by default that is only logged. */
  readonly onFatal?: (reason: string) => void;
}

export interface RunningProxy {
  /** `127.0.0.1:15000`; null without an admin server. */
  readonly admin: string | null;
  /** Real addresses of each listener, by name: `{ in: ['127.0.0.1:41002'] }`. */
  readonly listeners: Readonly<Record<string, readonly string[]>>;
  /** Port of that listener; of the first one without a name. Throws when there is none. */
  port(listener?: string): number;
  /** `http://127.0.0.1:41002` of that listener; of the first one without a name. Throws when there is none. */
  url(listener?: string): string;
  /**
   * Closes everything. With `drain`, listeners close first and running requests may end (`--drain-time-s`). May be called twice.
   */
  stop(options?: { readonly drain?: boolean }): Promise<void>;
}

/** Where a configuration is wrong. The message holds all of it, as `outrigger validate` prints it. */
export interface StartError extends Error {
  readonly problems: readonly {
    readonly code: string;
    readonly path: string;
    readonly message: string;
    readonly hint?: string;
    readonly position?: { readonly file: string; readonly line: number; readonly column: number };
  }[];
}

/** Resolves when the proxy serves; rejects with a `StartError` when it cannot. */
export declare function start(options: StartOptions): Promise<RunningProxy>;
