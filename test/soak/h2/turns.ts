/**
 * Loaded into the proxy by `--import`: how much CPU each turn of its event loop takes, which is how long it keeps everybody else waiting
 * whatever the machine does besides. SIGUSR2 writes what was measured since the last one to the file that TURNS_FILE names.
 */
import { writeFileSync } from 'node:fs';
import koffi from 'koffi';

/** µs of CPU, by share of the turns. */
export interface Turns {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly most: number;
}

const CLOCK_THREAD_CPUTIME_ID = 3;
const clock = koffi.load('libc.so.6').func('int clock_gettime(int, uint8_t*)');
const time = new BigInt64Array(2);
const bytes = new Uint8Array(time.buffer);

function cpu(): number {
  clock(CLOCK_THREAD_CPUTIME_ID, bytes);
  return Number(time[0]) * 1e6 + Number(time[1]) / 1e3;
}

let turns: number[] = [];
let last = cpu();
const { setImmediate: plain } = globalThis;

/** Every turn in which something happens ends in an immediate. */
function measured(callback: (...args: unknown[]) => void, ...args: unknown[]): NodeJS.Immediate {
  return plain(() => {
    callback(...args);
    const now = cpu();
    turns.push(now - last);
    last = now;
  });
}

globalThis.setImmediate = measured as typeof setImmediate;

process.on('SIGUSR2', () => {
  turns.sort((a, b) => a - b);
  const at = (share: number): number => Math.round(turns[Math.min(turns.length - 1, Math.floor(turns.length * share))] ?? 0);
  const result: Turns = { count: turns.length, p50: at(0.5), p99: at(0.99), most: at(1) };
  writeFileSync(process.env['TURNS_FILE'] ?? '/dev/null', JSON.stringify(result));
  turns = [];
  last = cpu();
});
