/** The command line: finds the verb and loads what it needs, nothing else. */
import type { ExtensionDefinition } from '../extension/registry.ts';
import { parseFlags } from './flags.ts';

/** What `main.ts` knows and the verbs need. */
export interface Host {
  /** Arguments without the program. */
  readonly args: readonly string[];
  readonly installed: () => Promise<readonly ExtensionDefinition[]>;
  /** Entry module of worker threads. */
  readonly workerEntry: URL;
  /** `26.10.0`. */
  readonly nodeVersion: string;
  /** Variables that configurations may refer to. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Milliseconds since the process was started. */
  uptimeMs(): number;
  /** Called with what SIGUSR1 is to do from now on. */
  onReopenLogs(reopen: () => void): void;
  /** Ends the process now. */
  exit(code: number): never;
}

/** Resolves with the exit code when the verb is done. */
export async function runCommand(host: Host): Promise<number> {
  const parsed = parseFlags(host.args);
  if ('errors' in parsed) {
    const { paintFor } = await import('../base/paint.ts');
    const name = paintFor(process.stderr, host.environment).error('outrigger:');
    process.stderr.write(`${parsed.errors.map((error) => `${name} ${error}`).join('\n')}\n`);
    return 1;
  }
  const { flags } = parsed;
  switch (flags.verb) {
    case 'help':
      process.stdout.write((await import('./help.ts')).helpText());
      return 0;
    case 'version': {
      const { ENVOY_VERSION, NAME, VERSION } = await import('../base/version.ts');
      const { major, minor, patch } = ENVOY_VERSION;
      process.stdout.write(`${NAME} ${VERSION} (Node ${host.nodeVersion}, as Envoy ${major}.${minor}.${patch})\n`);
      return 0;
    }
    case 'run': {
      if (flags.given.has('hot-restart-version')) {
        process.stdout.write('disabled\n');
        return 0;
      }
      const { run } = await import('./run.ts');
      return run(flags, host);
    }
    case 'validate': {
      const { validate } = await import('./validate.ts');
      return validate(flags, host);
    }
    case 'wait': {
      const { wait } = await import('./wait.ts');
      return wait(flags);
    }
    case 'schema': {
      const { printSchema } = await import('./schema.ts');
      return printSchema(host);
    }
  }
}
