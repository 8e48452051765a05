/** A whole proxy in this process: runtime, admin and the static configuration. What `run` and the tests start. */
import type { AdminServer } from '../admin/server.ts';
import type { AdminView } from '../admin/view.ts';
import type { Message } from '../api/index.ts';
import { formatAddress } from '../base/address.ts';
import { systemClock } from '../base/clock.ts';
import type { Problem } from '../base/errors.ts';
import type { Loggers } from '../base/log.ts';
import type { ExtensionDefinition } from '../extension/registry.ts';
import { nodeOf, placeProblems, resourcesOf, type StaticConfiguration } from '../runtime/bootstrap.ts';
import type { Worker } from '../runtime/contracts.ts';
import { registryOf } from '../runtime/extensions.ts';
import { createRooms } from '../runtime/rooms.ts';
import { ProxyRuntime, type StartEvents } from '../runtime/runtime.ts';
import { SERVER_STATS } from '../runtime/server-stats.ts';
import { withFixedTags } from '../runtime/stats-config.ts';
import { ThreadWorker, WorkerDied } from '../runtime/thread-worker.ts';
import { RuntimeView } from '../runtime/view.ts';
import { WorkerCore, type WorkerSettings } from '../runtime/worker-core.ts';
import { Discovery } from '../xds/discovery.ts';
import { discoveryClusters } from '../xds/grpc-clusters.ts';
import { commandLineOf, optionsOf } from './command-line-options.ts';
import type { Flags } from './flags.ts';
import type { ReopenableSink } from './log-sink.ts';
import { openAdmin } from './open-admin.ts';

type Bootstrap = Message<'envoy.config.bootstrap.v3.Bootstrap'>;

export interface ServerParts {
  readonly flags: Flags;
  readonly bootstrap: Bootstrap;
  /** Unknown fields that were skipped while reading it. */
  readonly unknownFields: readonly string[];
  readonly loggers: Loggers;
  readonly sink: ReopenableSink;
  readonly installed: () => Promise<readonly ExtensionDefinition[]>;
  /** Entry module of worker threads. */
  readonly workerEntry: URL;
  /** Variables that the configuration may refer to; absent: none. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Paths of resources that are known to be broken: they are left out, and so is what only follows from their absence. */
  readonly broken?: readonly string[];
  /** `/quitquitquit`. */
  onQuit(): void;
  /** The proxy cannot go on. */
  onFatal(reason: string): void;
}

export interface Server {
  readonly runtime: ProxyRuntime;
  readonly view: AdminView;
  /** `127.0.0.1:15000`; null without admin. */
  readonly admin: string | null;
  /** What was applied. */
  readonly configuration: StaticConfiguration;
  /** Stops admin and workers now. */
  close(): Promise<void>;
}

export type ServerResult = Server | { readonly problems: readonly Problem[] };

/** Resolves when everything is applied; listeners may still wait (`runtime.whenReady`). Problems have paths of the bootstrap. */
export async function startServer(parts: ServerParts): Promise<ServerResult> {
  const { flags, bootstrap, loggers } = parts;
  const configuration = resourcesOf(bootstrap);
  const { problems } = configuration;
  if (configuration.unused.length > 0) loggers.get('config').warning(`without effect here: ${configuration.unused.join(', ')}`);
  const given = optionsOf(flags);
  const maxConnections = configuration.overload?.maxConnections;
  const node = nodeOf(bootstrap, given);
  const common = {
    ...given,
    serviceNode: node?.id ?? '',
    serviceCluster: node?.cluster ?? '',
    upstream: configuration.upstream,
    ...(maxConnections === undefined ? {} : { maxDownstreamConnections: maxConnections }),
  };
  const options = { ...common, ...(parts.environment === undefined ? {} : { environment: parts.environment }) };
  const workers = flags.mode === 'serve' ? flags.concurrency : 1;
  const clusters = discoveryClusters(bootstrap.staticResources?.clusters ?? []);
  const discovery = new Discovery({ clusters, node, log: loggers.get('config') });
  const registry = workers === 1 ? registryOf(await parts.installed(), flags.disabledExtensions) : null;
  const runtime = new ProxyRuntime({
    settings: {
      options,
      logLevel: flags.logLevel,
      componentLevels: flags.componentLogLevel,
      disabledExtensions: flags.disabledExtensions,
      serve: flags.mode === 'serve',
      discoveryClusters: [...clusters].map(([name, cluster]) => [name, 'reason' in cluster ? cluster.reason : ''] as const),
      identified: node !== null && node.id !== '' && node.cluster !== '',
    },
    runtimeLayers: configuration.runtimeLayers,
    overload: flags.mode === 'serve' ? configuration.overload : null,
    statsRules: withFixedTags(configuration.statsRules, flags.statsTags),
    workers,
    dynamicFields: flags.unknownDynamicFields,
    clock: systemClock,
    loggers,
    startWorker: async (settings: WorkerSettings, events: StartEvents): Promise<Worker> => {
      if (registry !== null) {
        const core = new WorkerCore(settings, { clock: systemClock, registry, loggers, rooms: createRooms(), events });
        events.onLocalStats(core.stats);
        return core;
      }
      const thread = new ThreadWorker(parts.workerEntry, settings, { ...events, onLog: (line) => parts.sink.write(line) });
      await thread.ready;
      return thread;
    },
    onFatal: (reason) => parts.onFatal(reason),
    discover: (source) => discovery.source(source),
  });
  const view: AdminView = new RuntimeView(runtime, loggers, options.drainMs, {
    node,
    commandLine: commandLineOf(flags),
    bootstrap: { message: bootstrap, lastUpdated: runtime.startedAt },
    quit: () => parts.onQuit(),
    reopenLog: () => parts.sink.reopen(),
  });
  runtime.server.server.add(SERVER_STATS.slot.static_unknown_fields, parts.unknownFields.length);
  if (bootstrap.statsServerVersionOverride !== undefined) {
    runtime.server.server.set(SERVER_STATS.slot.version, Number(bootstrap.statsServerVersionOverride));
  }
  try {
    await runtime.start(configuration.statsFlushMs);
  } catch (error) {
    if (!(error instanceof WorkerDied)) throw error;
    return { problems: [{ code: 'io', path: '', message: `a worker cannot start: ${error.message}` }] };
  }
  let admin: AdminServer | null = null;
  const close = async (): Promise<void> => {
    await admin?.close();
    await runtime.close();
  };
  const broken = new Set(parts.broken);
  const placed = configuration.resources.filter(({ path }) => !broken.has(path));
  const results = await runtime.apply({ origin: 'static', set: placed.map(({ resource }) => resource), remove: [] });
  const missing = new Set([
    ...configuration.resources.filter(({ path }) => broken.has(path)).map(({ resource }) => resource.name),
    ...results.flatMap(({ accepted, resource }) => (accepted ? [] : resource.name)),
  ]);
  const refused = results.flatMap((result, i) =>
    result.accepted ? [] : placeProblems(withoutEchoes(result.problems, missing), placed[i]?.path ?? ''),
  );
  if (problems.length + refused.length > 0) {
    await close();
    return { problems: [...problems, ...refused] };
  }
  if (flags.mode === 'serve' && configuration.admin !== null) {
    const started = await openAdmin(configuration.admin, view, loggers, flags.adminAddressPath);
    if ('problem' in started) {
      await close();
      return { problems: [started.problem] };
    }
    admin = started.server;
  }
  return { runtime, view, admin: admin === null ? null : formatAddress(admin.address), configuration, close };
}

/** Without complaints that something is missing which was refused: one mistake is one error. */
function withoutEchoes(problems: readonly Problem[], missing: ReadonlySet<string>): readonly Problem[] {
  return problems.filter(
    ({ code, message }) => code !== 'unresolved' || ![...missing].some((name) => new Set(message.split(/["']/)).has(name)),
  );
}
