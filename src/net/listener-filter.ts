/**
 * Listener filters and the inputs of filter-chain matching (contract 6). They run on an accepted socket before a filter
 * chain is chosen and only *peek*: what they read is handed to the transport socket.
 */
import type { Socket } from 'node:net';
import type { Address } from '../base/address.ts';

/** Facts about an accepted socket that listener filters fill in and the chain matcher reads. */
export class AcceptedConnection {
  readonly socket: Socket;
  /** Where the client connected to; restored by original_dst or proxy_protocol. */
  localAddress: Address;
  /** Where it really arrived. */
  readonly directLocalAddress: Address;
  remoteAddress: Address;
  /** The peer on the wire; `remoteAddress` is what proxy_protocol made of it. */
  readonly directRemoteAddress: Address;
  /** True when `localAddress` is the original destination and not the listener's own address. */
  localAddressRestored: boolean;
  /** `tls`, `raw_buffer`, or '' before an inspector looked (matches as raw_buffer). */
  transportProtocol: string;
  /** ALPN list of the client hello, or what http_inspector saw (`http/1.1`, `h2c`). */
  applicationProtocols: readonly string[];
  /** SNI, lower case; '' when none. */
  serverName: string;

  constructor(socket: Socket, localAddress: Address, remoteAddress: Address) {
    this.socket = socket;
    this.localAddress = localAddress;
    this.directLocalAddress = localAddress;
    this.remoteAddress = remoteAddress;
    this.directRemoteAddress = remoteAddress;
    this.localAddressRestored = false;
    this.transportProtocol = '';
    this.applicationProtocols = [];
    this.serverName = '';
  }
}

export const LISTENER_CONTINUE = 0 as const;
/** Needs more bytes: called again with a longer prefix, up to `maxPeekBytes` and listener_filters_timeout. */
export const LISTENER_NEED_DATA = 1 as const;
export const LISTENER_CLOSE = 2 as const;
export type ListenerStatus = typeof LISTENER_CONTINUE | typeof LISTENER_NEED_DATA | typeof LISTENER_CLOSE;

export interface ListenerFilter {
  readonly name: string;
  /** 0: looks at no bytes. */
  readonly maxPeekBytes: number;
  onAccept(accepted: AcceptedConnection): ListenerStatus;
  /** `peeked` is everything received so far. Bytes that must not reach the chain (a PROXY header) are reported by `consumed`. */
  onPeek(accepted: AcceptedConnection, peeked: Buffer): ListenerStatus;
  /** Bytes at the start of the peeked data to drop before the next stage. */
  readonly consumed: number;
}

export interface ListenerFilterFactory {
  readonly name: string;
  create(): ListenerFilter;
}
