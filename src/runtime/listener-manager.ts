/**
 * The listeners of one worker. Life of one: compiled → warming (waits for its gate) → listening → replaced or removed →
 * draining → closed. The one that served before serves until its successor listens, and hands over its listening socket when
 * the address stays.
 */
import { equals, fromBinary, type Message } from '../api/index.ts';
import type { Problem } from '../base/errors.ts';
import { Problems } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import type { ExtensionDefinition, ExtensionRegistry } from '../extension/registry.ts';
import { Timer, type TimerOwner, type TimerWheel } from '../net/timer-wheel.ts';
import type { FactoryContext } from '../upstream/factory-context.ts';
import type { ListenerDefinition, ListenerInstance, ListenerStatus } from '../upstream/instances.ts';
import type { WorkerLife } from './context.ts';
import { type DrainOptions, RESOURCE_TYPES, type Resource, type ResourceOrigin } from './contracts.ts';
import { InitGate } from './init-manager.ts';

type ListenerMessage = Message<'envoy.config.listener.v3.Listener'>;

/** How often a draining listener is asked whether its last connection is gone. */
const DRAIN_CHECK_MS = 200;

export interface ListenerManagerParts {
  readonly registry: ExtensionRegistry;
  readonly timers: TimerWheel;
  readonly log: Logger;
  /** Milliseconds a replaced or removed listener keeps its connections. */
  readonly drainMs: number;
  readonly reusePort: boolean;
  /** False: compile only, bind nothing. */
  readonly serve: boolean;
  contextFor(gate: InitGate, problems: Problems, life: WorkerLife): FactoryContext;
  /** Targets that every listener waits for (the first clusters), taken before the gate is sealed. */
  holdBack(gate: InitGate): void;
  readonly events: ListenerEvents;
}

export interface ListenerEvents {
  /** Something began or ended to warm or to drain. */
  onChange(): void;
  /** It was accepted, and could not be bound when it had warmed. */
  onLateFailure(name: string, problem: Problem): void;
}

class Entry implements WorkerLife {
  readonly resource: Resource;
  readonly message: ListenerMessage;
  readonly addresses: readonly string[];
  readonly gate: InitGate;
  instance: ListenerInstance | null = null;
  /** It was told to drain, or was replaced. */
  ending = false;
  /** Health checks are to fail (`/healthcheck/fail`). */
  unhealthy: boolean;

  constructor(resource: Resource, message: ListenerMessage, unhealthy: boolean) {
    this.resource = resource;
    this.message = message;
    this.addresses = addressesOf(message);
    this.gate = new InitGate(`listener ${resource.name}`);
    this.unhealthy = unhealthy;
  }

  get draining(): boolean {
    return this.ending || this.unhealthy;
  }
}

class Slot {
  readonly origin: ResourceOrigin;
  active: Entry | null = null;
  warming: Entry | null = null;

  constructor(origin: ResourceOrigin) {
    this.origin = origin;
  }

  get latest(): Entry | null {
    return this.warming ?? this.active;
  }
}

export class ListenerManager implements TimerOwner {
  readonly #parts: ListenerManagerParts;
  readonly #slots = new Map<string, Slot>();
  /** Replaced and removed ones, with the time at which they are closed at the latest. */
  #draining: { readonly entry: Entry; readonly until: number }[] = [];
  readonly #timer = new Timer(this, 0);
  #closed = false;
  #healthcheckFailed = false;

  constructor(parts: ListenerManagerParts) {
    this.#parts = parts;
  }

  /**
   * Compiles, and begins to listen as soon as nothing is waited for. Resolves with the problems of compiling or binding; with
   * none while it still warms. What was there before is untouched by a refusal.
   */
  set(resource: Resource, origin: ResourceOrigin): Promise<readonly Problem[]> {
    const known = this.#slots.get(resource.name);
    if (known !== undefined && known.origin !== origin) {
      this.#parts.log.warning(`listener ${resource.name}: the ${known.origin} configuration owns it, the one from ${origin} is ignored`);
      return Promise.resolve([]);
    }
    if (known?.latest != null && Buffer.compare(known.latest.resource.bytes, resource.bytes) === 0) return Promise.resolve([]);

    const problems = new Problems();
    const message = fromBinary(RESOURCE_TYPES.listener, resource.bytes);
    this.#checkAddress(message, resource.name, problems);
    const definition = this.#parts.registry.all('listener').find((d) => isListener(d) && d.accepts(message)) as
      | ListenerDefinition
      | undefined;
    if (definition === undefined) problems.add('unsupported', 'no listener extension of this build takes this listener');
    if (definition === undefined || problems.failed) return Promise.resolve(problems.list);

    const entry = new Entry(resource, message, this.#healthcheckFailed);
    entry.instance = definition.compile(message, this.#parts.contextFor(entry.gate, problems, entry));
    if (problems.failed || entry.instance === null) {
      this.#discard(entry);
      if (!problems.failed) problems.add('bad_value', 'the listener cannot be made');
      return Promise.resolve(problems.list);
    }
    const slot = known ?? new Slot(origin);
    this.#slots.set(resource.name, slot);
    if (slot.warming !== null) this.#discard(slot.warming);
    slot.warming = entry;
    this.#parts.holdBack(entry.gate);
    return new Promise((resolve) => {
      let answered = false;
      const answer = (found: readonly Problem[]): void => {
        answered = true;
        resolve(found);
      };
      entry.gate.seal(() =>
        this.#listen(slot, entry, (problem) => {
          if (problem !== null && answered) this.#parts.events.onLateFailure(resource.name, problem);
          answer(problem === null ? [] : [problem]);
        }),
      );
      if (!entry.gate.open) {
        this.#parts.log.debug(`listener ${resource.name} waits for ${entry.gate.pending.join(', ')}`);
        this.#parts.events.onChange();
        answer([]);
      }
    });
  }

  remove(name: string, origin: ResourceOrigin): void {
    const slot = this.#slots.get(name);
    if (slot === undefined || slot.origin !== origin) return;
    this.#slots.delete(name);
    if (slot.warming !== null) this.#discard(slot.warming);
    if (slot.active !== null) this.#retire(slot.active);
    this.#parts.events.onChange();
  }

  /** Tells the listeners that the options mean to drain; they stay in `/listeners` until they are removed or closed. */
  drain(options: DrainOptions): void {
    for (const slot of this.#slots.values()) {
      const entry = slot.active;
      if (entry?.instance == null || !covers(options, entry.instance.status().direction)) continue;
      entry.ending = true;
      entry.instance.drain(!options.graceful);
    }
  }

  /** Every listener answers as if it drained, without draining, until this is taken back. */
  setHealthcheckFailed(failed: boolean): void {
    this.#healthcheckFailed = failed;
    for (const slot of this.#slots.values()) {
      if (slot.active !== null) slot.active.unhealthy = failed;
      if (slot.warming !== null) slot.warming.unhealthy = failed;
    }
  }

  get warming(): readonly string[] {
    return [...this.#slots].filter(([, slot]) => slot.warming !== null).map(([name]) => name);
  }

  get drainingCount(): number {
    return this.#draining.length;
  }

  /** What each warming listener still waits for. */
  pending(): readonly (readonly [string, readonly string[]])[] {
    return [...this.#slots.values()].flatMap(({ warming }) =>
      warming === null ? [] : [[warming.gate.name, warming.gate.pending] as const],
    );
  }

  statuses(): readonly ListenerStatus[] {
    const active = [...this.#slots.values()].flatMap((slot) => (slot.active?.instance == null ? [] : [slot.active.instance.status()]));
    const draining = this.#draining.flatMap(({ entry }) =>
      entry.instance === null ? [] : [{ ...entry.instance.status(), state: 'draining' as const }],
    );
    return [...active, ...draining];
  }

  close(): void {
    this.#closed = true;
    this.#parts.timers.cancel(this.#timer);
    for (const slot of this.#slots.values()) {
      if (slot.warming !== null) this.#discard(slot.warming);
      if (slot.active !== null) this.#discard(slot.active);
    }
    for (const { entry } of this.#draining) this.#discard(entry);
    this.#slots.clear();
    this.#draining = [];
  }

  onTimer(): void {
    const now = this.#parts.timers.now;
    const over = this.#draining.filter(({ entry, until }) => now >= until || entry.instance?.status().activeConnections === 0);
    for (const { entry } of over) this.#discard(entry);
    this.#draining = this.#draining.filter((each) => !over.includes(each));
    if (this.#draining.length > 0) this.#parts.timers.arm(this.#timer, DRAIN_CHECK_MS);
    if (over.length > 0) this.#parts.events.onChange();
  }

  #listen(slot: Slot, entry: Entry, done: (problem: Problem | null) => void): void {
    const instance = entry.instance as ListenerInstance;
    const before = slot.active;
    const activate = (): void => {
      slot.warming = null;
      slot.active = entry;
      if (before !== null) this.#retire(before);
      this.#parts.events.onChange();
      done(null);
    };
    if (!this.#parts.serve) {
      activate();
      return;
    }
    const takeOverFrom = before !== null && sameAddresses(before.message, entry.message) ? before.instance : null;
    instance.listen({ reusePort: this.#parts.reusePort, takeOverFrom }, (problem) => {
      if (this.#closed || slot.warming !== entry) {
        // Replaced or removed while the kernel was asked.
        instance.close();
        done(null);
        return;
      }
      if (problem === null) {
        activate();
        return;
      }
      slot.warming = null;
      this.#discard(entry);
      if (slot.active === null) this.#slots.delete(entry.resource.name);
      this.#parts.events.onChange();
      done(problem);
    });
  }

  #retire(entry: Entry): void {
    entry.ending = true;
    if (!this.#parts.serve || entry.instance === null) {
      this.#discard(entry);
      return;
    }
    entry.instance.drain(true);
    this.#draining.push({ entry, until: this.#parts.timers.now + this.#parts.drainMs });
    // Not put off by each that comes: changes may follow one another faster than this.
    if (!this.#timer.armed) this.#parts.timers.arm(this.#timer, DRAIN_CHECK_MS);
  }

  #discard(entry: Entry): void {
    entry.instance?.close();
    entry.instance = null;
    entry.gate.discard();
  }

  /** Listeners without sockets count too: connections are handed over by address (`use_original_dst`). */
  #checkAddress(message: ListenerMessage, name: string, problems: Problems): void {
    for (const address of addressesOf(message)) {
      // Every socket on port 0 gets a port of its own.
      if (message.bindToPort !== false && address.endsWith(' 0')) continue;
      for (const [other, slot] of this.#slots) {
        if (other === name || slot.latest?.addresses.includes(address) !== true) continue;
        problems.at('address').add('duplicate', `listener "${other}" has the same address`, 'give each listener an address of its own');
        return;
      }
    }
  }
}

/** Every address of a listener as a text to compare. */
function addressesOf(message: ListenerMessage): readonly string[] {
  return [message.address, ...message.additionalAddresses.map(({ address }) => address)].flatMap((each) => {
    const address = each?.address;
    if (address?.case === 'pipe') return [address.value.path];
    if (address?.case !== 'socketAddress') return [];
    const { address: ip, portSpecifier } = address.value;
    return [`${ip} ${portSpecifier.value ?? 0}`];
  });
}

function isListener(definition: ExtensionDefinition): definition is ListenerDefinition {
  return definition.kind === 'listener';
}

/** Whether a drain means a listener of that direction. */
export function covers(options: DrainOptions, direction: ListenerStatus['direction']): boolean {
  if (options.inboundOnly) return direction === 'inbound';
  return options.keepOutbound !== true || direction !== 'outbound';
}

function sameAddresses(a: ListenerMessage, b: ListenerMessage): boolean {
  if (a.address === undefined || b.address === undefined || !equals(a.address, b.address)) return false;
  if (a.additionalAddresses.length !== b.additionalAddresses.length) return false;
  return a.additionalAddresses.every((each, i) => {
    const other = b.additionalAddresses[i];
    return other !== undefined && equals(each, other);
  });
}
