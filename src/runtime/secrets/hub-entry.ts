/** One secret that workers demanded: where it comes from, what it is now, and who gets it. */
import { fromBinary, unknownFieldsOf } from '../../api/index.ts';
import { type Problem, renderProblem } from '../../base/errors.ts';
import type { StatGroup } from '../../telemetry/stats.ts';
import { type DiscoveryWatcher, RESOURCE_TYPES, type Resource, type ResourceOrigin } from '../contracts.ts';
import { initialFetchMs } from './check-source.ts';
import type { SecretDelivery, SecretDemand } from './contracts.ts';
import { LiveSecret } from './live-secret.ts';
import { SdsFile } from './sds-file.ts';
import type { SecretHubParts } from './secret-hub.ts';
import { FILE_STATS, SDS_STATS } from './secret-stats.ts';
import type { WatchedFiles } from './watched-files.ts';

type Deliver = (delivery: SecretDelivery) => void;

export class HubEntry implements DiscoveryWatcher {
  readonly demand: SecretDemand;
  origin: ResourceOrigin = 'sds';
  version = '';
  lastUpdated: number;
  /** Resolved; null until it came, and when it was withdrawn. */
  bytes: Uint8Array | null = null;
  readonly #parts: SecretHubParts;
  readonly #files: WatchedFiles;
  readonly #fileStats: () => StatGroup;
  readonly #live: LiveSecret;
  readonly #subscribers = new Set<Deliver>();
  #sds: StatGroup | null = null;
  #source: { close(): void } | null = null;
  /** There was an answer, or none in time. */
  #settled = false;
  #started = 0;
  /** The first attempt was counted, and is over. */
  #counted = false;
  #closed = false;

  constructor(demand: SecretDemand, parts: SecretHubParts, files: WatchedFiles, fileStats: () => StatGroup) {
    this.demand = demand;
    this.#parts = parts;
    this.#files = files;
    this.#fileStats = fileStats;
    this.lastUpdated = parts.clock.wall();
    this.#live = new LiveSecret({
      files,
      delays: parts.delays,
      environment: parts.environment,
      onChange: (bytes) => this.#onChange(bytes),
      onBadChange: (reason) => this.#onBadChange(reason),
    });
  }

  start(): void {
    const { demand, version } = this;
    if (demand.kind === 'files') {
      // The worker compiled it: what is wrong now is a change since then.
      const problems = this.#live.set(fromBinary(RESOURCE_TYPES.secret, demand.bytes));
      if (problems.length > 0) this.#onBadChange(problems.map(renderProblem).join('; '));
      return;
    }
    const { name, sdsConfig: source } = fromBinary('envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig', demand.bytes);
    if (source === undefined) return;
    this.#sds = this.#parts.stats.group(`sds.${name}.`, SDS_STATS);
    this.#sds.inc(SDS_STATS.slot.update_attempt);
    this.#started = this.#parts.clock.now();
    const { configSourceSpecifier: specifier } = source;
    if (specifier.case === 'pathConfigSource' || specifier.case === 'path') {
      this.origin = 'file';
      const [path, directory] =
        specifier.case === 'path' ? [specifier.value, ''] : [specifier.value.path, specifier.value.watchedDirectory?.path ?? ''];
      this.#source = new SdsFile(path, directory, name, { files: this.#files, fields: this.#parts.fields }, this);
      return;
    }
    this.#source = this.#parts
      .discover(source)
      .watch(RESOURCE_TYPES.secret, name, this, { version, initialFetchMs: initialFetchMs(source) });
  }

  join(deliver: Deliver): void {
    this.#subscribers.add(deliver);
    if (this.#settled) deliver({ key: this.demand.key, bytes: this.bytes });
  }

  /** How many stay. */
  leave(deliver: Deliver): number {
    this.#subscribers.delete(deliver);
    return this.#subscribers.size;
  }

  close(): void {
    this.#closed = true;
    this.#source?.close();
    this.#live.close();
    if (this.#sds !== null) this.#parts.stats.release(this.#sds);
  }

  onResource(resource: Resource): readonly Problem[] {
    const { version } = this;
    this.version = resource.version;
    const secret = fromBinary(RESOURCE_TYPES.secret, resource.bytes);
    const strange = this.#parts.fields.check(`secret ${resource.name}`, unknownFieldsOf(secret));
    const problems = strange.length > 0 ? strange : this.#live.set(secret);
    if (problems.length > 0) {
      this.version = version;
      return problems;
    }
    const { slot, histogram } = SDS_STATS;
    this.#sds?.inc(slot.update_success);
    this.#countAttempt();
    this.#sds?.set(slot.update_time, this.#parts.clock.wall());
    this.#sds?.set(slot.version, hashOf(resource.version));
    this.#sds?.record(histogram.update_duration, this.#parts.clock.now() - this.#started);
    this.#settle();
    return [];
  }

  onRemoved(): void {
    this.version = '';
    this.bytes = null;
    this.#live.clear();
    this.lastUpdated = this.#parts.clock.wall();
    this.#sds?.inc(SDS_STATS.slot.update_success);
    this.#parts.log.warning(`secret ${this.demand.name} was withdrawn`);
    this.#settled = true;
    this.#tell();
  }

  onTimeout(): void {
    if (this.#settled) return;
    this.#sds?.inc(SDS_STATS.slot.init_fetch_timeout);
    this.#parts.log.warning(`secret ${this.demand.name} did not come in time; connections that need it are refused until it does`);
    this.#settled = true;
    this.#tell();
  }

  onRejected(reason: string): void {
    this.#parts.log.warning(
      `secret ${this.demand.name} is refused, ${this.bytes === null ? 'there is none' : 'the old one stays'}: ${reason}`,
    );
    this.#sds?.inc(SDS_STATS.slot.update_rejected);
    this.#countAttempt();
    this.#settle();
  }

  onConnected(connected: boolean): void {
    this.#sds?.set(SDS_STATS.slot['control_plane.connected_state'], connected ? 1 : 0);
  }

  onFailure(reason: string): void {
    this.#parts.log.warning(`secret ${this.demand.name}: ${reason}`);
    this.#sds?.inc(SDS_STATS.slot.update_failure);
    this.#countAttempt();
    // A server is waited for, a file is what it is.
    if (this.origin === 'file') this.#settle();
  }

  /** As Envoy: every reading of a file is one, and with a server every answer begins another. */
  #countAttempt(): void {
    if (this.origin === 'sds' || this.#counted) this.#sds?.inc(SDS_STATS.slot.update_attempt);
    this.#counted = true;
  }

  #onChange(bytes: Uint8Array): void {
    const first = this.bytes === null;
    this.bytes = bytes;
    this.lastUpdated = this.#parts.clock.wall();
    this.#settled = true;
    if (this.demand.kind === 'files' && !first) this.#fileStats().inc(FILE_STATS.slot.file_reloaded);
    this.#tell();
  }

  #onBadChange(reason: string): void {
    const { name, kind } = this.demand;
    this.#parts.log.warning(`secret ${name || 'in place'}: its files changed and cannot be used, the old ones stay: ${reason}`);
    if (kind === 'files') this.#fileStats().inc(FILE_STATS.slot.file_reload_failed);
    else this.#sds?.inc(SDS_STATS.slot.key_rotation_failed);
  }

  /** Whoever waits goes on, with or without it. */
  #settle(): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#tell();
  }

  #tell(): void {
    if (this.#closed) return;
    for (const deliver of [...this.#subscribers]) deliver({ key: this.demand.key, bytes: this.bytes });
  }
}

/** A number for a version, as the gauge `version` wants one (FNV-1a); 0 for none. */
function hashOf(version: string): number {
  if (version === '') return 0;
  let hash = 0x811c9dc5;
  for (let i = 0; i < version.length; i++) hash = Math.imul(hash ^ version.charCodeAt(i), 0x01000193) >>> 0;
  return hash;
}
