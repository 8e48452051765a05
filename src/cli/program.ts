/** `-- program`: runs beside the proxy with the same stdio, is passed its signals, and ends it with its own exit code. */
import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { isatty } from 'node:tty';

const PASSED = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'] as const;
/** A terminal sends these to the program itself: it is in the same group of processes. */
const FROM_TERMINAL: ReadonlySet<string> = new Set(['SIGINT', 'SIGQUIT']);
/** Time that the program has to end when the proxy cannot go on. */
const GRACE_MS = 10_000;

/** As shells answer: 127 when there is no such program, 126 when it cannot be run, 128 + n when signal n ended it. */
export class Program {
  /** Exit code of the program, or of a signal that came before it was started. */
  readonly exit: Promise<number>;
  readonly #end: (code: number) => void;
  #child: ChildProcess | null = null;

  /** Takes the signals of this process from now on. */
  constructor() {
    const { promise, resolve } = Promise.withResolvers<number>();
    this.exit = promise;
    this.#end = resolve;
    for (const signal of PASSED) process.on(signal, () => this.#pass(signal));
    // Whatever ends this process: nobody waits for the program then.
    process.on('exit', () => void this.#child?.kill('SIGTERM'));
  }

  start([file = '', ...args]: readonly string[], environment: Readonly<Record<string, string | undefined>>): void {
    const child = spawn(file, args, { stdio: 'inherit', env: environment });
    this.#child = child;
    child.once('error', (error: NodeJS.ErrnoException) => {
      this.#child = null;
      const missing = error.code === 'ENOENT';
      process.stderr.write(`outrigger: cannot run ${file}: ${missing ? 'there is no such program' : error.message}\n`);
      this.#end(missing ? 127 : 126);
    });
    child.once('exit', (code, signal) => {
      this.#child = null;
      this.#end(code ?? codeOf(signal));
    });
  }

  /** Asks the program to end, insists after a while, and waits until it is gone. */
  async stop(): Promise<void> {
    if (this.#child === null) return;
    this.#child.kill('SIGTERM');
    const insist = setTimeout(() => this.#child?.kill('SIGKILL'), GRACE_MS);
    await this.exit;
    clearTimeout(insist);
  }

  #pass(signal: NodeJS.Signals): void {
    if (this.#child === null) this.#end(codeOf(signal));
    else if (!FROM_TERMINAL.has(signal) || !onTerminal()) this.#child.kill(signal);
  }
}

function onTerminal(): boolean {
  return isatty(0) || isatty(1) || isatty(2);
}

function codeOf(signal: NodeJS.Signals | null): number {
  return 128 + (signal === null ? 0 : (constants.signals[signal] ?? 0));
}
