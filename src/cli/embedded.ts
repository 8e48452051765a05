/** A proxy inside of a program that is not `outrigger`: what `start` of the package does. */
import type { Problem } from '../base/errors.ts';
import { Loggers } from '../base/log.ts';
import { check } from './check.ts';
import { readConfiguration } from './configuration.ts';
import { parseFlags } from './flags.ts';
import type { Host } from './main.ts';
import type { RunningProxy, StartError, StartOptions } from './outrigger.d.ts';
import { readyFacts } from './ready.ts';
import { startServer } from './server.ts';

/** What the entry module knows. */
export type Home = Pick<Host, 'installed' | 'workerEntry'>;

export async function startEmbedded(options: StartOptions, home: Home): Promise<RunningProxy> {
  const began = performance.now();
  const parsed = parseFlags(argumentsOf(options));
  if ('errors' in parsed) throw startError(parsed.errors.join('\n'), []);
  const { flags } = parsed;
  const environment = options.environment ?? {};
  const sink = { write: options.log ?? ((line: string) => void process.stderr.write(line)), reopen() {} };
  const loggers = new Loggers(flags.given.has('log-level') ? flags.logLevel : 'warning', sink);
  for (const [component, level] of flags.componentLogLevel) loggers.get(component).setLevel(level);

  const configuration = await readConfiguration(flags);
  if ('problems' in configuration) {
    const { problems, render } = await check(flags, { ...home, environment });
    throw startError(render(problems), problems);
  }
  let stopped: Promise<void> | null = null;
  const started = await startServer({
    flags,
    bootstrap: configuration.bootstrap,
    unknownFields: configuration.unknownFields,
    loggers,
    sink,
    ...home,
    environment,
    onQuit: () => void stop(),
    onFatal(reason) {
      loggers.get('main').critical(reason);
      options.onFatal?.(reason);
      void stop();
    },
  });
  if ('problems' in started) throw startError(configuration.render(started.problems), started.problems);
  const stop = (drain = false): Promise<void> => {
    stopped ??= (async () => {
      if (drain) {
        started.runtime.failReadiness(true);
        await started.runtime.drain({ inboundOnly: false, graceful: false });
      }
      await started.close();
    })();
    return stopped;
  };
  await started.runtime.whenReady();
  const { admin, listeners } = await readyFacts(started, performance.now() - began);
  const address = (name: string | undefined): string => {
    const [found] = (name === undefined ? Object.values(listeners)[0] : listeners[name]) ?? [];
    if (found === undefined)
      throw new Error(`there is no listener ${name ?? ''}; there are ${Object.keys(listeners).join(', ') || 'none'}`);
    return found;
  };
  return {
    admin,
    listeners,
    port: (name) => Number(/:(\d+)$/.exec(address(name))?.[1] ?? 0),
    url: (name) =>
      `http://${address(name)
        .replace(/^0\.0\.0\.0:/, '127.0.0.1:')
        .replace(/^\[::\]:/, '[::1]:')}`,
    stop: (how) => stop(how?.drain === true),
  };
}

function argumentsOf({ config, file, from = [], to = [], args = [] }: StartOptions): string[] {
  const list = (flag: string, values: string | readonly string[]): string[] =>
    (typeof values === 'string' ? [values] : values).flatMap((value) => [flag, value]);
  return [
    ...(file === undefined ? [] : ['-c', file]),
    ...(config === undefined ? [] : [`--config-yaml=${typeof config === 'string' ? config : JSON.stringify(config)}`]),
    ...list('--from', from),
    ...list('--to', to),
    ...args,
  ];
}

function startError(report: string, problems: readonly Problem[]): StartError {
  return Object.assign(new Error(report), { name: 'StartError', problems });
}
