/**
 * The clusters of one worker: compiled → warming (first endpoints) → active, in the place of the one before it. Routes and
 * filters hold handles from the `ClusterSet` and see the swap at once.
 */
import { fromBinary, type Message } from '../api/index.ts';
import type { Problem } from '../base/errors.ts';
import { Problems } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import type { FactoryContext } from '../upstream/factory-context.ts';
import type { ClusterInstance, ClusterSet, ClusterStatus } from '../upstream/instances.ts';
import { RESOURCE_TYPES, type Resource, type ResourceOrigin } from './contracts.ts';
import { InitGate } from './init-manager.ts';

export type CompileCluster = (message: Message<'envoy.config.cluster.v3.Cluster'>, context: FactoryContext) => ClusterInstance | null;

export interface ClusterManagerParts {
  readonly set: ClusterSet;
  readonly compile: CompileCluster;
  readonly log: Logger;
  /** False: compile only, discover nothing. */
  readonly serve: boolean;
  contextFor(gate: InitGate, problems: Problems): FactoryContext;
  /** A cluster began or ended to warm. */
  onChange(): void;
}

class Entry {
  readonly resource: Resource;
  readonly gate: InitGate;
  instance: ClusterInstance | null = null;

  constructor(resource: Resource) {
    this.resource = resource;
    this.gate = new InitGate(`cluster ${resource.name}`);
  }
}

class Slot {
  readonly origin: ResourceOrigin;
  active: Entry | null = null;
  warming: Entry | null = null;

  constructor(origin: ResourceOrigin) {
    this.origin = origin;
  }
}

export class ClusterManager {
  readonly #parts: ClusterManagerParts;
  readonly #slots = new Map<string, Slot>();

  constructor(parts: ClusterManagerParts) {
    this.#parts = parts;
  }

  /** The problems of compiling it; none while it still warms. A refused cluster changes nothing. */
  set(resource: Resource, origin: ResourceOrigin): readonly Problem[] {
    const known = this.#slots.get(resource.name);
    if (known !== undefined && known.origin !== origin) {
      this.#parts.log.warning(`cluster ${resource.name}: the ${known.origin} configuration owns it, the one from ${origin} is ignored`);
      return [];
    }
    const latest = known?.warming ?? known?.active;
    if (latest != null && Buffer.compare(latest.resource.bytes, resource.bytes) === 0) return [];

    const problems = new Problems();
    const entry = new Entry(resource);
    entry.instance = this.#parts.compile(fromBinary(RESOURCE_TYPES.cluster, resource.bytes), this.#parts.contextFor(entry.gate, problems));
    if (problems.failed || entry.instance === null) {
      discard(entry);
      if (!problems.failed) problems.add('bad_value', 'the cluster cannot be made');
      return problems.list;
    }
    const slot = known ?? new Slot(origin);
    this.#slots.set(resource.name, slot);
    if (slot.warming !== null) discard(slot.warming);
    slot.warming = entry;
    if (this.#parts.serve) entry.instance.start();
    else entry.gate.abandon();
    const activate = (): void => {
      const before = slot.active;
      slot.warming = null;
      slot.active = entry;
      this.#parts.set.set(entry.instance as ClusterInstance);
      before?.gate.discard();
      this.#parts.onChange();
    };
    if (this.#parts.serve) entry.gate.seal(activate);
    else activate();
    if (!entry.gate.open) {
      this.#parts.log.debug(`cluster ${resource.name} waits for ${entry.gate.pending.join(', ')}`);
      this.#parts.onChange();
    }
    return [];
  }

  /** Endpoints of a cluster, by its name; those of an unknown cluster are accepted and forgotten, as Envoy does. */
  setEndpoints(resource: Resource): readonly Problem[] {
    const slot = this.#slots.get(resource.name);
    const problems = new Problems();
    const message = fromBinary(RESOURCE_TYPES.endpoints, resource.bytes);
    for (const entry of [slot?.active, slot?.warming]) entry?.instance?.updateEndpoints(message, problems);
    return problems.list;
  }

  remove(name: string, origin: ResourceOrigin): void {
    const slot = this.#slots.get(name);
    if (slot === undefined || slot.origin !== origin) return;
    this.#slots.delete(name);
    if (slot.warming !== null) discard(slot.warming);
    if (slot.active !== null) {
      this.#parts.set.remove(name);
      slot.active.gate.discard();
    }
    this.#parts.onChange();
  }

  /** Accepted, whether it serves or warms. */
  has(name: string): boolean {
    return this.#slots.has(name);
  }

  get warming(): readonly string[] {
    return [...this.#slots].filter(([, slot]) => slot.warming !== null).map(([name]) => name);
  }

  /** What each warming cluster still waits for. */
  pending(): readonly (readonly [string, readonly string[]])[] {
    return [...this.#slots.values()].flatMap(({ warming }) =>
      warming === null ? [] : [[warming.gate.name, warming.gate.pending] as const],
    );
  }

  statuses(): readonly ClusterStatus[] {
    return [...this.#slots.values()].flatMap(({ active, origin }) =>
      active?.instance == null ? [] : [{ ...active.instance.status(), addedViaApi: origin !== 'static' }],
    );
  }

  close(): void {
    for (const slot of this.#slots.values()) {
      if (slot.warming !== null) discard(slot.warming);
      if (slot.active !== null) discard(slot.active);
    }
    this.#slots.clear();
  }
}

function discard(entry: Entry): void {
  entry.instance?.close();
  entry.instance = null;
  entry.gate.discard();
}
