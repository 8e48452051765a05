/**
 * What stands between a TCP socket and the bytes that filters see (contract 7): plain text, TLS, PROXY header.
 * Extensions of kind `downstream_transport_socket` and `upstream_transport_socket` compile to these factories.
 */
import type { Socket } from 'node:net';
import type { Address } from '../base/address.ts';
import type { Connection, ConnectionCallbacks } from './connection.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { SocketOpener } from './prepared-socket.ts';

/** Accept side: after listener filters ran and a filter chain was chosen. */
export interface DownstreamTransportSocketFactory {
  /** `tls`, `raw_buffer` …: the transport protocol that the chain speaks. */
  readonly name: string;
  /** True when `:scheme` and x-forwarded-proto are https. */
  readonly secure: boolean;
  /**
   * Takes over an accepted socket. `peeked` are bytes that listener filters read (owned by the callee); they are the first
   * input. A handshake runs asynchronously: `onReady` or `onFailure` is called once, later or before the return.
   */
  accept(dispatcher: Dispatcher, accepted: AcceptedSocket, callbacks: AcceptCallbacks): void;
  /** Certificates or keys are not there yet or unreadable: every connection is refused (fail closed). */
  readonly ready: boolean;
}

export interface AcceptedSocket {
  readonly socket: Socket;
  readonly peeked: Buffer | null;
  /** Possibly restored by listener filters (original destination, PROXY protocol). */
  readonly localAddress: Address;
  readonly remoteAddress: Address;
  /** As the listener filters found it, '' when unknown. */
  readonly serverName: string;
}

export interface AcceptCallbacks {
  onReady(connection: Connection): void;
  /** Handshake failed or timed out; the socket is already closed. `reason` is for the log and a counter. */
  onFailure(reason: string): void;
}

/** What differs between two connections to one host: pools are keyed by it (contract 10). */
export interface UpstreamTransportOptions {
  /** Replaces the configured ALPN list (`istio.alpn`), null to keep it. */
  readonly alpn: readonly string[] | null;
  /** ALPN list where neither `alpn` nor the configuration has one: what the pool is going to speak. Absent: none. */
  readonly alpnFallback?: readonly string[];
  /** Replaces the configured SNI (`auto_sni`), '' to keep it. */
  readonly serverName: string;
  /** One of the names in the server's certificate has to be this one, besides what is configured (`auto_san_validation`); absent or '': no. */
  readonly verifySan?: string;
  readonly sourceAddress: Address | null;
  /** Makes sockets, bound to `sourceAddress`; absent or null: Node does. No part of the key: it belongs to the cluster. */
  readonly opener?: SocketOpener | null;
  /** Sources by the family of where a connection goes (`forAddress`); absent or null: `sourceAddress` for both. */
  readonly sources?: SourcesByFamily | null;
  /** The connection that asks, where the socket tells it (`perDownstream`); absent or null: nobody, or nobody needs to know. */
  readonly downstream?: DownstreamAddresses | null;
  /** Bytes that go first, in plain text even where TLS follows (a PROXY header); absent or null: none. No part of the key. */
  readonly preface?: Buffer | null;
  /** `SO_KEEPALIVE` and its timing; absent or null: off. No part of the key: it belongs to the cluster, not to a stream. */
  readonly keepAlive?: TcpKeepAlive | null;
}

export interface Source {
  readonly sourceAddress: Address | null;
  readonly opener: SocketOpener | null;
}

export interface SourcesByFamily {
  readonly v4: Source;
  readonly v6: Source;
}

/** The same options for a connection to this address. */
export function forAddress(options: UpstreamTransportOptions, address: Address): UpstreamTransportOptions {
  const { sources } = options;
  if (sources === undefined || sources === null || address.kind !== 'ip') return options;
  return Object.assign({}, options, address.family === 6 ? sources.v6 : sources.v4);
}

/** Of an accepted connection, restored by listener filters where they did. */
export interface DownstreamAddresses {
  /** Of the connection, where one is needed for each. */
  readonly id?: number;
  readonly remote: Address;
  readonly local: Address;
}

export function addressesOf(connection: Connection): DownstreamAddresses {
  return { id: connection.id, remote: connection.remoteAddress, local: connection.localAddress };
}

/** The same options for a client of its own. */
export function forClient(options: UpstreamTransportOptions, downstream: DownstreamAddresses): UpstreamTransportOptions {
  return Object.assign({}, options, { downstream });
}

/** Milliseconds and a count; 0: the kernel's own (RFC 9293 §3.8.4, Linux tcp(7)). */
export interface TcpKeepAlive {
  readonly idleMs: number;
  readonly intervalMs: number;
  readonly probes: number;
}

export interface UpstreamTransportSocketFactory {
  readonly name: string;
  readonly secure: boolean;
  readonly ready: boolean;
  /** Connections tell who the client is, so each client needs its own: `UpstreamTransportOptions.downstream` is asked for. */
  readonly perDownstream?: boolean;
  /** Opens a connection; `onConnected` comes after the handshake, `onClose` with CLOSED_ERROR when it fails. */
  connect(dispatcher: Dispatcher, address: Address, options: UpstreamTransportOptions, callbacks: ConnectionCallbacks): Connection;
  /** Part of the pool key: equal keys may share a connection. Compiled once per options object. */
  key(options: UpstreamTransportOptions): string;
}
