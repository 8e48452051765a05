import { Socket, type SocketConstructorOpts } from 'node:net';
import type { LoopMemory } from './loop-memory.ts';

/**
 * Node releases on which the private parts used here were tried. On others sockets read by the public path: every read
 * allocates a buffer, which was measured as 1.16 × the CPU and 1.4 × the memory of a proxied request.
 */
const TRIED_MAJORS = [26];

/** What this file uses and Node does not document. */
interface Private {
  _handle: { readonly writeQueueSize?: number } | null;
}

/** Whether accepted sockets can be moved to a static read buffer on this Node. */
export const CAN_ADOPT: boolean = TRIED_MAJORS.includes(Number(process.versions.node.split('.')[0]));

/**
 * A socket on the same descriptor that reads into the loop's memory. Node offers `onread` for outgoing connections only, so
 * the handle of an accepted one moves to a socket made with it; the first socket must be paused and is dead afterwards.
 * Null where that cannot be done: the caller uses `'data'` events.
 */
export function adopt(accepted: Socket, memory: LoopMemory): Socket | null {
  const handle = (accepted as unknown as Private)._handle;
  if (!CAN_ADOPT || handle === null || accepted.destroyed) return null;
  // Node's own server passes `handle` and `manualStart` the same way.
  const options = { handle, onread: memory.onread, allowHalfOpen: true, manualStart: true } as unknown;
  const adopted = new Socket(options as SocketConstructorOpts);
  // Reads that Node has planned for the first socket must not start the handle behind the second one's back.
  (accepted as unknown as Private)._handle = null;
  return adopted;
}

/** Bytes that the kernel has not taken from a socket's last write, or -1 when Node does not tell. */
export function unsentBytes(socket: Socket): number {
  return (socket as unknown as Private)._handle?.writeQueueSize ?? -1;
}
