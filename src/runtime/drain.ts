/** Waiting for what runs: a drain is over when no request is left, or when its time is. */
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/log.ts';
import type { ListenerStatus } from '../upstream/instances.ts';
import type { DrainOptions } from './contracts.ts';
import { covers } from './listener-manager.ts';

export interface DrainTarget {
  active(): Promise<{ readonly streams: number }>;
  listeners(): Promise<readonly ListenerStatus[]>;
}

/** How often a drain looks, and how often it says what it waits for. */
const LOOK_MS = 20;
const TELL_MS = 5000;
/** Connections without a request get this long to take what is on its way to them (Envoy's `delayed_close_timeout`). */
const LINGER_MS = 1000;

/** Resolves when nothing runs any more, or after `drainMs`. `pause` waits for so many ms. */
export async function untilDrained(
  target: DrainTarget,
  options: DrainOptions,
  drainMs: number,
  clock: Clock,
  log: Logger,
  pause: (ms: number) => Promise<unknown> = (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
): Promise<void> {
  const deadline = clock.now() + drainMs;
  let tellAt = clock.now() + TELL_MS;
  let idleSince = -1;
  while (clock.now() < deadline) {
    const { streams } = await target.active();
    if (streams > 0) idleSince = -1;
    else {
      if (idleSince < 0) idleSince = clock.now();
      if (clock.now() - idleSince >= LINGER_MS || (await connections(target, options)) === 0) return;
    }
    if (clock.now() >= tellAt) {
      tellAt += TELL_MS;
      log.info(await whatHoldsIt(target, deadline - clock.now()));
    }
    await pause(LOOK_MS);
  }
  const { streams } = await target.active();
  if (streams > 0) log.warning(`the drain time is over; ${plural(streams, 'request')} will be cut off`);
}

/** Connections of the listeners that drain. */
async function connections(target: DrainTarget, options: DrainOptions): Promise<number> {
  let sum = 0;
  for (const { direction, activeConnections } of await target.listeners()) if (covers(options, direction)) sum += activeConnections;
  return sum;
}

async function whatHoldsIt(target: DrainTarget, leftMs: number): Promise<string> {
  const { streams } = await target.active();
  const listeners = (await target.listeners())
    .filter(({ activeConnections }) => activeConnections > 0)
    .map(({ name, activeConnections }) => `${name} (${plural(activeConnections, 'connection')})`);
  return `draining: ${plural(streams, 'request')} on ${listeners.join(', ') || 'no listener'}; ${Math.ceil(leftMs / 1000)} s left`;
}

function plural(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}
