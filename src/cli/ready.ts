/** What a started proxy tells programs: one line of JSON for a harness, variables for a program that it runs. */
import { closeSync, fstatSync, writeFileSync, writeSync } from 'node:fs';
import type { Flags } from './flags.ts';
import type { Server } from './server.ts';

/** The ready line. Its names are permanent; more may come. */
export interface ReadyFacts {
  readonly pid: number;
  /** `127.0.0.1:15000`; null without admin. */
  readonly admin: string | null;
  /** By name, the real addresses of each listener: `127.0.0.1:41234`. */
  readonly listeners: Readonly<Record<string, readonly string[]>>;
  /** Milliseconds from the start of the process. */
  readonly ready_ms: number;
}

export async function readyFacts(server: Server, readyMs: number): Promise<ReadyFacts> {
  const listeners = await server.view.listeners();
  return {
    pid: process.pid,
    admin: server.admin,
    listeners: Object.fromEntries(listeners.map(({ name, addresses }) => [name, addresses])),
    ready_ms: Math.round(readyMs),
  };
}

/** What is wrong with `--ready-fd`, before anything is started. */
export function readyFdProblem({ readyFd }: Flags): string | null {
  if (readyFd === null) return null;
  try {
    fstatSync(readyFd);
    return null;
  } catch {
    return `outrigger: --ready-fd ${readyFd} is not open; open it where outrigger is started, or use --ready-file`;
  }
}

/** A descriptor of its own is closed behind the line, so that readers see its end. */
export function writeReady(facts: ReadyFacts, { readyFile, readyFd }: Flags): void {
  const line = `${JSON.stringify(facts)}\n`;
  if (readyFile !== '') writeFileSync(readyFile, line);
  if (readyFd === null) return;
  writeSync(readyFd, line);
  if (readyFd > 2) closeSync(readyFd);
}

/** Variables of a program that runs beside the proxy. */
export function variables(facts: ReadyFacts): Record<string, string> {
  const all: Record<string, string> = { OUTRIGGER_READY: JSON.stringify(facts) };
  if (facts.admin !== null) all['OUTRIGGER_ADMIN'] = facts.admin;
  const listeners = Object.entries(facts.listeners).flatMap(([name, [address]]) =>
    address === undefined ? [] : [[name, address] as const],
  );
  listeners.forEach(([name, address], i) => {
    const port = /:(\d+)$/.exec(address)?.[1];
    const key = name.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_');
    all[`OUTRIGGER_ADDRESS_${key}`] = address;
    if (port === undefined) return;
    all[`OUTRIGGER_PORT_${key}`] = port;
    if (i > 0) return;
    all['OUTRIGGER_ADDRESS'] = address;
    all['OUTRIGGER_PORT'] = port;
    all['OUTRIGGER_URL'] = `http://${address.replace(/^0\.0\.0\.0:/, '127.0.0.1:').replace(/^\[::\]:/, '[::1]:')}`;
  });
  return all;
}
