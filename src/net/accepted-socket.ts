import { Socket, type SocketConstructorOpts } from 'node:net';
import type { LoopMemory } from './loop-memory.ts';

/**
 * Node releases on which the private parts used here were tried. On others sockets read by the public path: every read
 * allocates a buffer, which was measured as 1.16 × the CPU and 1.4 × the memory of a proxied request.
 */
const TRIED_MAJOR = 26;
const SINCE_MINOR = 10;

function triedNode(version: string): boolean {
  const [major, minor] = version.split('.').map(Number);
  return major === TRIED_MAJOR && (minor ?? 0) >= SINCE_MINOR;
}

/** What this file uses and Node does not document. */
interface Private {
  _handle: Handle | null;
}

interface Handle {
  readonly writeQueueSize?: number;
  readonly fd?: number;
  /** Whether the kernel is asked for input. */
  reading?: boolean;
  readStop(): number;
  /** With null for the request: 0 or an error number when the kernel took everything at once, else the request that it made. */
  writeBuffer(request: null, data: Buffer): number | WriteRequest;
}

interface WriteRequest {
  handle: Handle;
  buffer: Buffer;
  async: boolean;
  oncomplete: () => void;
  writeStatus: number | null;
}

/** Whether accepted sockets can be moved to a static read buffer on this Node. */
export const CAN_ADOPT: boolean = triedNode(process.versions.node);

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
  // Listener filters may have made the first socket read. From here on nothing comes in before somebody asks: what they peeked goes first.
  if (handle.reading === true) {
    handle.reading = false;
    handle.readStop();
  }
  // Reads that Node has planned for the first socket must not start the handle behind the second one's back.
  (accepted as unknown as Private)._handle = null;
  return adopted;
}

/** The kernel took everything. */
export const WROTE_ALL = 0 as const;
/** The kernel took a part; the rest follows, and `data` must not change until everything written before a later write has left. */
export const WROTE_PART = 1 as const;
/** Nothing was written: use the socket. */
export const WROTE_NOTHING = 2 as const;
export type Wrote = typeof WROTE_ALL | typeof WROTE_PART | typeof WROTE_NOTHING;

/**
 * Writes past the stream machinery of a connected plain TCP socket that has nothing queued: measured as 1.05 × of a proxied
 * request. Errors answer WROTE_NOTHING, so that the socket meets them again and reports them in its own way.
 */
export function writeDirectly(socket: Socket, data: Buffer): Wrote {
  const handle = (socket as unknown as Private)._handle;
  if (!CAN_ADOPT || handle === null) return WROTE_NOTHING;
  const result = handle.writeBuffer(null, data);
  if (result === 0) return WROTE_ALL;
  if (typeof result === 'number') return WROTE_NOTHING;
  // As Node's own writer leaves it: the request holds the bytes until they have left.
  result.handle = handle;
  result.buffer = data;
  result.async = true;
  result.oncomplete = nothing;
  return WROTE_PART;
}

function nothing(): void {}

/** Bytes that the kernel has not taken from a socket's last write, or -1 when Node does not tell. */
export function unsentBytes(socket: Socket): number {
  return (socket as unknown as Private)._handle?.writeQueueSize ?? -1;
}

/** The file descriptor of an open socket, or -1 when Node does not tell. Its owner stays the socket. */
export function descriptorOf(socket: Socket): number {
  return (socket as unknown as Private)._handle?.fd ?? -1;
}
