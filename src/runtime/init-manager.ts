/**
 * Warming (contract 13): a resource is active once everything is there that it waits for. One gate for each resource that is
 * being compiled; targets are taken while compiling (a secret, a route table, the first DNS answer) and done later, in any
 * order.
 */
import type { InitManager, InitTarget } from '../upstream/factory-context.ts';

class Target implements InitTarget {
  readonly name: string;
  readonly #gate: InitGate;

  constructor(gate: InitGate, name: string) {
    this.#gate = gate;
    this.name = name;
  }

  done(): void {
    this.#gate.settle(this);
  }
}

/** What is asked for after the gate opened, or was given up, keeps nobody waiting. */
const NOBODY_WAITS: InitTarget = Object.freeze({ done: () => {} });

export class InitGate implements InitManager {
  /** `cluster app`: what the log and `/init_dump` call it. */
  readonly name: string;
  readonly #targets = new Set<Target>();
  #onOpen: (() => void) | null = null;
  #onDiscard: (() => void)[] = [];
  #over = false;

  constructor(name: string) {
    this.name = name;
  }

  wait(name: string): InitTarget {
    if (this.#over) return NOBODY_WAITS;
    const target = new Target(this, name);
    this.#targets.add(target);
    return target;
  }

  /** No more targets are expected: `onOpen` is called once, now or when the last target is done. Never after `abandon`. */
  seal(onOpen: () => void): void {
    if (this.#over) return;
    this.#onOpen = onOpen;
    this.#openIfDone();
  }

  onDiscard(release: () => void): void {
    this.#onDiscard.push(release);
  }

  /** The resource is gone: refused, replaced or removed, whether it waited or served. */
  discard(): void {
    this.abandon();
    const releases = this.#onDiscard;
    this.#onDiscard = [];
    for (const release of releases) release();
  }

  /** Nobody waits for it any more. */
  abandon(): void {
    this.#over = true;
    this.#onOpen = null;
    this.#targets.clear();
  }

  /** Names of what it still waits for. */
  get pending(): readonly string[] {
    return [...this.#targets].map((target) => target.name);
  }

  get open(): boolean {
    return this.#over;
  }

  /** @internal */
  settle(target: Target): void {
    if (this.#targets.delete(target)) this.#openIfDone();
  }

  #openIfDone(): void {
    const onOpen = this.#onOpen;
    if (onOpen === null || this.#targets.size > 0) return;
    this.#over = true;
    this.#onOpen = null;
    onOpen();
  }
}
