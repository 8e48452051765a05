import { type Address, formatAddress } from '../../../src/base/address.ts';
import type { Connection, ConnectionCallbacks } from '../../../src/net/connection.ts';
import type { Dispatcher } from '../../../src/net/dispatcher.ts';
import type { UpstreamTransportOptions, UpstreamTransportSocketFactory } from '../../../src/net/transport-socket.ts';
import type { MakeHeader } from './header.ts';

/** A PROXY header, and then what another transport socket sends. */
export class ProxyProtocolConnect implements UpstreamTransportSocketFactory {
  readonly name = 'upstream_proxy_protocol';
  readonly perDownstream = true;
  private readonly inner: UpstreamTransportSocketFactory;
  private readonly header: MakeHeader;

  constructor(inner: UpstreamTransportSocketFactory, header: MakeHeader) {
    this.inner = inner;
    this.header = header;
  }

  get secure(): boolean {
    return this.inner.secure;
  }

  get ready(): boolean {
    return this.inner.ready;
  }

  connect(dispatcher: Dispatcher, address: Address, options: UpstreamTransportOptions, callbacks: ConnectionCallbacks): Connection {
    const preface = this.header(options.downstream ?? null);
    return this.inner.connect(dispatcher, address, { ...options, preface }, callbacks);
  }

  key(options: UpstreamTransportOptions): string {
    const { downstream } = options;
    const client =
      downstream === undefined || downstream === null ? '' : `${formatAddress(downstream.remote)}>${formatAddress(downstream.local)}`;
    return `${this.inner.key(options)}|${client}`;
  }
}
