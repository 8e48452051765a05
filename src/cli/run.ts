/** `run`: reads the configuration, starts the proxy, and stays until it is told to go, or the program beside it ends. */
import { LOG_LEVELS, Loggers, type LogLevel } from '../base/log.ts';
import { paintFor } from '../base/paint.ts';
import { check, nameExtensions } from './check.ts';
import { ConfigWatch } from './config-watch.ts';
import { type Configuration, readConfiguration } from './configuration.ts';
import { FLAGS } from './flag-table.ts';
import type { Flags } from './flags.ts';
import { fileSink, type ReopenableSink, stderrSink } from './log-sink.ts';
import type { Host } from './main.ts';
import { explainPorts } from './port-problem.ts';
import { type ReadyFacts, readyFacts, readyFdProblem, variables, writeReady } from './ready.ts';
import { Reloader } from './reload.ts';
import { type Server, startServer } from './server.ts';
import { endsBySignal } from './shutdown.ts';

export async function run(flags: Flags, host: Host): Promise<number> {
  const sink = openSink(flags.logPath);
  if (sink === null) return 1;
  const loggers = new Loggers(flags.logLevel, sink);
  for (const [component, level] of flags.componentLogLevel) loggers.get(component).setLevel(level);

  process.on('uncaughtException', (error) => {
    loggers.get('main').critical(`a broken invariant, please report it: ${error.stack ?? String(error)}`);
    host.exit(1);
  });

  const unready = readyFdProblem(flags);
  if (unready !== null) return fail(unready);
  // Before it is read: no change is missed.
  const watched = flags.watch ? new ConfigWatch(flags.configPath, loggers.get('config')) : null;
  const configuration = await readConfiguration(flags);
  if ('problems' in configuration) {
    const { problems, render } = await check(flags, host);
    return fail(render(problems, paintFor(process.stderr, host.environment)));
  }

  const program = flags.command.length > 0 ? new (await import('./program.ts')).Program() : null;
  const end = Promise.withResolvers<number>();
  void program?.exit.then(end.resolve);
  const started = await startServer({
    flags,
    bootstrap: configuration.bootstrap,
    unknownFields: configuration.unknownFields,
    loggers,
    sink,
    installed: host.installed,
    workerEntry: host.workerEntry,
    environment: host.environment,
    onQuit: () => end.resolve(0),
    onFatal: (reason) => {
      loggers.get('main').critical(reason);
      end.resolve(1);
    },
  });
  if ('problems' in started) {
    const problems = await nameExtensions(explainPorts(started.problems), host);
    return fail(configuration.render(problems, paintFor(process.stderr, host.environment)));
  }
  for (const path of configuration.unknownFields) loggers.get('config').warning(`unknown field ${path} is skipped`);
  const idle = [...flags.given.keys()].filter((name) => FLAGS[name].group === 'none').map((name) => `--${name}`);
  if (idle.length > 0) loggers.get('config').info(`without effect here: ${idle.join(' ')}`);

  if (flags.mode === 'init_only') {
    await started.close();
    return 0;
  }
  // A proxy without listeners and admin stays, too.
  const stay = setInterval(() => {}, 2 ** 31 - 1);
  if (program === null) endsBySignal(started, loggers, host, end.resolve);
  host.onReopenLogs(() => started.view.reopenLogs());
  await Promise.race([started.runtime.whenReady(), end.promise]);
  if (started.runtime.state === 'LIVE') {
    const facts = await readyFacts(started, host.uptimeMs());
    watched?.follow(reloaderOf(flags, started, configuration, loggers, host));
    writeReady(facts, flags);
    if (shows(flags.logLevel, 'info')) await announce(started, facts, flags, configuration.bootstrap, host);
    program?.start(flags.command, { ...host.environment, ...variables(facts) });
  }
  const code = await end.promise;
  watched?.close();
  clearInterval(stay);
  await program?.stop();
  await started.close();
  return code;
}

function reloaderOf(flags: Flags, { runtime }: Server, { bootstrap }: Configuration, loggers: Loggers, host: Host): Reloader {
  return new Reloader({
    runtime,
    log: loggers.get('config'),
    name: flags.configPath,
    bootstrap,
    async read() {
      const { configuration, problems, render } = await check(flags, host);
      return configuration === null ? { report: render(problems) } : { configuration };
    },
  });
}

/** Tells people that the proxy serves. */
async function announce(server: Server, facts: ReadyFacts, flags: Flags, bootstrap: Configuration['bootstrap'], host: Host): Promise<void> {
  const { banner } = await import('./banner.ts');
  process.stderr.write(
    banner({
      bootstrap,
      listeners: await server.view.listeners(),
      clusters: await server.view.clusters(),
      admin: server.admin,
      workers: flags.concurrency,
      nodeVersion: host.nodeVersion,
      readyMs: facts.ready_ms,
      runs: flags.command.join(' '),
      watches: flags.watch ? flags.configPath : '',
      paint: paintFor(process.stderr, host.environment),
    }),
  );
}

function shows(level: LogLevel, what: LogLevel): boolean {
  return LOG_LEVELS.indexOf(level) <= LOG_LEVELS.indexOf(what);
}

function openSink(path: string): ReopenableSink | null {
  if (path === '') return stderrSink;
  try {
    return fileSink(path);
  } catch (error) {
    fail(`outrigger: cannot open --log-path ${path}: ${(error as Error).message}`);
    return null;
  }
}

function fail(report: string): number {
  process.stderr.write(`${report}\n`);
  return 1;
}
