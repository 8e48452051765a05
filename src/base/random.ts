/**
 * Unpredictable bytes from the kernel. `node:crypto` gives the same, and takes 15 ms and several MB to load, which a proxy without
 * TLS then pays for its request ids alone.
 */
import { openSync, readSync } from 'node:fs';

const SOURCE = '/dev/urandom';

let source = -1;
let fill: ((buffer: Uint8Array) => void) | null = null;

/** Fills the whole buffer. Batches pay off: one call is one system call. */
export function randomFill(buffer: Uint8Array): void {
  fill ??= choose();
  fill(buffer);
}

function choose(): (buffer: Uint8Array) => void {
  try {
    source = openSync(SOURCE, 'r');
    return fromKernel;
  } catch {
    // No such device here.
    const { randomFillSync } = process.getBuiltinModule('node:crypto');
    return (buffer) => void randomFillSync(buffer);
  }
}

function fromKernel(buffer: Uint8Array): void {
  let at = 0;
  while (at < buffer.length) at += readSync(source, buffer, at, buffer.length - at, null);
}
