/** Everything that can be said about a configuration without serving it: what `validate`, `--watch` and a failed start report. */
import type { Problem } from '../base/errors.ts';
import { Loggers } from '../base/log.ts';
import type { Paint } from '../base/paint.ts';
import type { Severity } from '../config/excerpt.ts';
import { isBelow } from '../config/load.ts';
import { resourcesOf } from '../runtime/bootstrap.ts';
import { type Configuration, type ConfigurationResult, readConfiguration } from './configuration.ts';
import type { Flags } from './flags.ts';
import type { Host } from './main.ts';
import { startServer } from './server.ts';

export interface Checked {
  readonly problems: readonly Problem[];
  /** Valid settings without effect. */
  readonly warnings: readonly Problem[];
  /** Null when there are problems. */
  readonly configuration: Configuration | null;
  render(problems: readonly Problem[], paint?: Paint, severity?: Severity): string;
}

/** Compiles everything and binds nothing. `file`: instead of `-c`. */
export async function check(flags: Flags, host: Pick<Host, 'installed' | 'workerEntry' | 'environment'>, file?: string): Promise<Checked> {
  const read = await readConfiguration(flags, file);
  const { problems, rest, violations } = partsOf(read);
  const { render } = read;
  if (rest === null) return { problems, warnings: [], configuration: null, render };
  const { resources, unused } = resourcesOf(rest.bootstrap);
  const broken = resources.filter(({ path }) => violations.some((violation) => isBelow(violation, path))).map(({ path }) => path);
  const silent = { write() {}, reopen() {} };
  const started = await startServer({
    flags: { ...flags, mode: 'validate' },
    bootstrap: rest.bootstrap,
    unknownFields: rest.unknownFields,
    broken,
    loggers: new Loggers('off', silent),
    sink: silent,
    installed: host.installed,
    workerEntry: host.workerEntry,
    environment: host.environment,
    onQuit() {},
    onFatal() {},
  });
  let all = problems;
  if ('problems' in started) {
    const found = await nameExtensions(started.problems, host);
    all = [...problems, ...rest.locate(found).filter((each) => !problems.some((known) => explains(known, each)))];
  } else await started.close();
  const idle = (path: string, message: string): Problem => ({ code: 'no_effect', path, message });
  const { idleSettings } = await import('../config/idle-settings.ts');
  const warnings = [
    // Where something is wrong, what is missing may be what was meant.
    ...idleSettings(rest.bootstrap).filter(({ path }) => !all.some((problem) => sameResource(problem.path, path))),
    ...unused.map((path) => idle(path, 'is accepted and without effect here')),
    ...rest.unknownFields.map((path) => ({ ...idle(path, 'unknown field, skipped'), code: 'unknown_field' as const })),
  ];
  return { problems: all, warnings: rest.locate(warnings), configuration: all.length === 0 ? rest : null, render };
}

/** Whether the second only follows from the first: something wrong was left out there, or what its @type would have said. */
function explains({ path }: Problem, found: Problem): boolean {
  return isBelow(path, found.path) || (path.endsWith('.@type') && isBelow(found.path, path.slice(0, -'.@type'.length)));
}

/** Whether both stand in one cluster, listener or secret. */
function sameResource(a: string, b: string): boolean {
  const [resource] = /^static_resources\.\w+\[\d+\]/.exec(a) ?? [];
  return resource !== undefined && isBelow(b, resource);
}

/** Adds to a refused extension which there are instead. */
export async function nameExtensions(problems: readonly Problem[], { installed }: Pick<Host, 'installed'>): Promise<readonly Problem[]> {
  const kindOf = ({ code, hint, message }: Problem): string | undefined =>
    code === 'unknown_type' && hint === undefined ? /^no (.+) is registered for /.exec(message)?.[1]?.replaceAll(' ', '_') : undefined;
  if (!problems.some((problem) => kindOf(problem) !== undefined)) return problems;
  const all = await installed();
  return problems.map((problem) => {
    const kind = kindOf(problem);
    const names = kind === undefined ? [] : all.filter((each) => each.kind.endsWith(kind)).map(({ name }) => name);
    return names.length === 0 ? problem : { ...problem, hint: `this build has ${[...new Set(names)].join(', ')}` };
  });
}

interface Parts {
  readonly problems: readonly Problem[];
  readonly rest: Configuration | null;
  readonly violations: readonly string[];
}

function partsOf(read: ConfigurationResult): Parts {
  if (!('problems' in read)) return { problems: [], rest: read, violations: [] };
  return { problems: read.problems, rest: read.rest, violations: read.rest?.violations ?? [] };
}
