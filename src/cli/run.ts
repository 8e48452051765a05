/** `run` and `validate`: reads the configuration, starts the proxy, and stays until it is told to go. */
import { writeFileSync } from 'node:fs';
import { LOG_LEVELS, Loggers, type LogLevel } from '../base/log.ts';
import { readConfiguration } from './configuration.ts';
import { FLAGS } from './flag-table.ts';
import type { Flags } from './flags.ts';
import { fileSink, type ReopenableSink, stderrSink } from './log-sink.ts';
import type { Host } from './main.ts';
import { explainPorts } from './port-problem.ts';
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

  const configuration = readConfiguration(flags);
  if ('report' in configuration) return fail(configuration.report);

  const end = Promise.withResolvers<number>();
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
  if ('problems' in started) return fail(configuration.render(explainPorts(started.problems)));
  for (const path of configuration.unknownFields) loggers.get('config').warning(`unknown field ${path} is skipped`);
  const idle = [...flags.given.keys()].filter((name) => FLAGS[name].group === 'none').map((name) => `--${name}`);
  if (idle.length > 0) loggers.get('config').info(`without effect here: ${idle.join(' ')}`);

  if (flags.mode !== 'serve') {
    await started.close();
    if (flags.mode === 'validate') process.stdout.write(`configuration '${flags.configPath || '--config-yaml'}' OK\n`);
    return 0;
  }
  // A proxy without listeners and admin stays, too.
  const stay = setInterval(() => {}, 2 ** 31 - 1);
  endsBySignal(started, loggers, host, end.resolve);
  host.onReopenLogs(() => started.view.reopenLogs());
  await Promise.race([started.runtime.whenReady(), end.promise]);
  await announce(started, flags, configuration.bootstrap, host);
  const code = await end.promise;
  clearInterval(stay);
  await started.close();
  return code;
}

/** Tells people and programs that the proxy serves. */
async function announce(
  server: Server,
  flags: Flags,
  bootstrap: Parameters<typeof startServer>[0]['bootstrap'],
  host: Host,
): Promise<void> {
  const readyMs = host.uptimeMs();
  if (server.runtime.state !== 'LIVE') return;
  if (flags.readyFile !== '') {
    const listeners = await server.view.listeners();
    const addresses = Object.fromEntries(listeners.map((listener) => [listener.name, listener.addresses]));
    const line = { pid: process.pid, admin: server.admin, listeners: addresses, ready_ms: Math.round(readyMs) };
    writeFileSync(flags.readyFile, `${JSON.stringify(line)}\n`);
  }
  if (!shows(flags.logLevel, 'info')) return;
  const { banner } = await import('./banner.ts');
  process.stderr.write(
    banner({
      bootstrap,
      listeners: await server.view.listeners(),
      clusters: await server.view.clusters(),
      admin: server.admin,
      workers: flags.concurrency,
      nodeVersion: host.nodeVersion,
      readyMs,
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
