import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Reply } from './route.ts';

/** Control work gives way to traffic after this long. */
const SLICE_MS = 5;

/** Pieces are sent when so much is together. */
const CHUNK = 65536;

/** Writes a body piece by piece: as fast as the client takes it, a few milliseconds at a time, and no further when the client is gone. */
export async function writeBody(response: ServerResponse, body: Reply['body']): Promise<void> {
  if (typeof body === 'string') {
    response.end(body);
    return;
  }
  let chunk = '';
  let sliceEnd = performance.now() + SLICE_MS;
  for await (const piece of body) {
    chunk += piece;
    if (chunk.length >= CHUNK) {
      const taken = response.write(chunk);
      chunk = '';
      if (!taken) await Promise.race([once(response, 'drain'), once(response, 'close')]);
    }
    if (performance.now() > sliceEnd) {
      await new Promise(setImmediate);
      sliceEnd = performance.now() + SLICE_MS;
    }
    if (response.destroyed) return;
  }
  response.end(chunk);
}
