import net from 'node:net';
import tls from 'node:tls';
import { sideOf } from './certificates.ts';
import { type Job, pause } from './process.ts';

const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0', 'latin1');

/** HEADERS of one GET, every field from the static table or a literal without indexing (RFC 7541 §6). */
function firstRequest(path: string): Buffer {
  const literal = (index: number, value: string): string => String.fromCharCode(index, value.length) + value;
  const block = `\x82\x86${literal(4, path)}${literal(1, 'bench.local')}`;
  return Buffer.from(`\0\0${String.fromCharCode(block.length)}\x01\x05\0\0\0\x01${block}`, 'latin1');
}

/** True when the bytes of the answer hold a HEADERS frame on stream 1 that begins with the indexed `:status: 200`. */
function sawStatus200(bytes: Buffer): boolean {
  for (let at = 0; at + 10 <= bytes.length; at += 9 + bytes.readUIntBE(at, 3)) {
    if (bytes[at + 3] !== 1) continue;
    let first = at + 9;
    while (((bytes[first] ?? 0) & 0xe0) === 0x20) first++;
    return bytes[first] === 0x88;
  }
  return false;
}

/** How to ask: cleartext, or TLS with the client's certificate out of this folder. */
export type Asking = { readonly protocol: 'h1' | 'h2'; readonly certificates?: string | undefined };

/** One attempt: connects, asks for `path` once, and tells whether a 200 came back. */
function attempt(port: number, path: string, { protocol, certificates }: Asking): Promise<boolean> {
  return new Promise((resolve) => {
    const target = { port, host: '127.0.0.1' };
    const socket =
      certificates === undefined
        ? net.connect({ ...target, noDelay: true })
        : tls.connect({ ...target, ...sideOf(certificates, 'client'), rejectUnauthorized: false });
    let seen = Buffer.alloc(0);
    const end = (ok: boolean): void => {
      socket.destroy();
      resolve(ok);
    };
    socket.setTimeout(2000, () => end(false));
    socket.on('error', () => end(false));
    socket.on('close', () => resolve(false));
    socket.on(certificates === undefined ? 'connect' : 'secureConnect', () => {
      if (protocol === 'h1') socket.write(`GET ${path} HTTP/1.1\r\nhost: bench.local\r\n\r\n`);
      else socket.write(Buffer.concat([PREFACE, firstRequest(path)]));
    });
    socket.on('data', (chunk: Buffer) => {
      seen = Buffer.concat([seen, chunk]);
      if (protocol === 'h2') {
        if (sawStatus200(seen)) end(true);
      } else if (seen.length >= 12) {
        end(seen.toString('latin1', 9, 12) === '200');
      }
    });
  });
}

/** Milliseconds from the start of the job to the first 200 through `port`. Rejects when the job ends first or 20 s pass. */
export async function untilReady(job: Job, port: number, path: string, asking: Asking): Promise<number> {
  while (performance.now() - job.startedAt < 20_000) {
    if (await attempt(port, path, asking)) return performance.now() - job.startedAt;
    if (job.exited()) throw new Error(`it ended before it answered:\n${job.tail()}`);
    await pause(1);
  }
  throw new Error(`no 200 within 20 s on port ${port}:\n${job.tail()}`);
}
