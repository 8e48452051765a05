/** A view for tests of the admin: what it tells is set by the test, what it is told is written down. */

import type { AdminServer } from '../../src/admin/server.ts';
import type { AdminView, DumpedResource, ServerState } from '../../src/admin/view.ts';
import { fromJson, type JsonInput, type Message, toBinary } from '../../src/api/index.ts';
import { Loggers, type LogLevel } from '../../src/base/log.ts';
import { RESOURCE_TYPES } from '../../src/runtime/contracts.ts';
import { RuntimeLayers } from '../../src/runtime/runtime-layers.ts';
import { MergedStats } from '../../src/telemetry/merged-stats.ts';
import { createWorkerStats } from '../../src/telemetry/worker-stats.ts';
import type { ClusterStatus, ListenerStatus, TlsContextStatus } from '../../src/upstream/instances.ts';

export class FakeView implements AdminView {
  state: ServerState = 'LIVE';
  readonly stats = new MergedStats();
  readonly worker = createWorkerStats();
  startedAt = Date.now() - 4500;
  node: Message<'envoy.config.core.v3.Node'> | null = null;
  commandLine: AdminView['commandLine'] = { concurrency: 2, configPath: 'envoy.yaml' };
  clusterStatuses: ClusterStatus[] = [];
  listenerStatuses: ListenerStatus[] = [];
  contexts: TlsContextStatus[] = [];
  loaded: ReturnType<AdminView['bootstrap']> = null;
  readonly dumped: DumpedResource[] = [];
  readonly versions = new Map<string, string>();
  layers = new RuntimeLayers();
  waiting: ReturnType<AdminView['warming']> = [];
  readonly loggers = new Loggers('warning', { write: () => {} });
  /** Verbs that were called, in order. */
  readonly told: unknown[] = [];

  constructor() {
    this.stats.attach(this.worker);
    for (const component of ['main', 'admin', 'http']) this.loggers.get(component);
  }

  async clusters(): Promise<readonly ClusterStatus[]> {
    return this.clusterStatuses;
  }

  async listeners(): Promise<readonly ListenerStatus[]> {
    return this.listenerStatuses;
  }

  async certificates(): Promise<readonly TlsContextStatus[]> {
    return this.contexts;
  }

  bootstrap(): ReturnType<AdminView['bootstrap']> {
    return this.loaded;
  }

  resources(): readonly DumpedResource[] {
    return this.dumped;
  }

  versionOf(type: string): string {
    return this.versions.get(type) ?? '';
  }

  runtimeValues(): ReturnType<AdminView['runtimeValues']> {
    return { names: this.layers.names, keys: this.layers.keys() };
  }

  async modifyRuntime(changes: ReadonlyMap<string, string>): Promise<boolean> {
    return this.layers.modify(changes);
  }

  warming(): ReturnType<AdminView['warming']> {
    return this.waiting;
  }

  async resetCounters(): Promise<void> {
    this.told.push('reset');
  }

  drainListeners(options: object): void {
    this.told.push(['drain', options]);
  }

  quit(): void {
    this.told.push('quit');
  }

  setHealthcheckFailed(failed: boolean): void {
    this.told.push(['healthcheck failed', failed]);
  }

  logLevels(): readonly (readonly [string, LogLevel])[] {
    return this.loggers.levels();
  }

  setLogLevel(component: string | null, level: LogLevel): boolean {
    if (component !== null) return this.loggers.set(component, level);
    this.loggers.setAll(level);
    return true;
  }

  reopenLogs(): void {
    this.told.push('reopen');
  }

  /** Adds a resource made of JSON; static and active unless `more` says otherwise. */
  dump(kind: keyof typeof RESOURCE_TYPES, json: { [key: string]: JsonInput }, more: Partial<DumpedResource> = {}): void {
    const type = RESOURCE_TYPES[kind];
    const bytes = toBinary(fromJson(type, json));
    const name = String(json['name'] ?? '');
    this.dumped.push({ type, name, origin: 'static', state: 'active', version: '', lastUpdated: Date.UTC(2026, 0, 1), bytes, ...more });
  }
}

export interface Answer {
  readonly status: number;
  readonly type: string | null;
  readonly body: string;
}

export async function ask({ address }: AdminServer, path: string, method = 'GET'): Promise<Answer> {
  if (address.kind !== 'ip') throw new Error('this server listens on a file');
  const response = await fetch(`http://127.0.0.1:${address.port}${path}`, { method });
  return { status: response.status, type: response.headers.get('content-type'), body: await response.text() };
}
