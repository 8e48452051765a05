import type { Socket } from 'node:net';
import { type Address, ipAddress } from '../base/address.ts';
import type { TlsInfo } from '../telemetry/stream-info.ts';
import type { Dispatcher } from './dispatcher.ts';

/** How the bytes of a socket come in. */
export const READS_STATIC = 0 as const; // onread, into the loop's memory
export const READS_EVENTS = 1 as const; // 'data' events, each with a buffer of its own
export type ReadMode = typeof READS_STATIC | typeof READS_EVENTS;

export interface SocketConnectionOptions {
  readonly dispatcher: Dispatcher;
  /** Made with the dispatcher's `memory.onread` when `readMode` is READS_STATIC; half-open allowed; nothing read yet. */
  readonly socket: Socket;
  readonly readMode: ReadMode;
  /** Null: asked from the socket when somebody wants to know. */
  readonly localAddress: Address | null;
  readonly remoteAddress: Address;
  readonly tls: TlsInfo | null;
  /** False while connect() is under way: `onConnected` or `onClose` follows. */
  readonly connected: boolean;
}

/** Of a connection that is not bound yet. */
export const UNBOUND: Address = Object.freeze(ipAddress('0.0.0.0', 0));
