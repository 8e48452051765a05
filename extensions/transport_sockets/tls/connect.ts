import { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { type Address, formatAddress } from '../../../src/base/address.ts';
import { openSocket, setKeepAlive } from '../../../src/net/connect.ts';
import type { Connection, ConnectionCallbacks } from '../../../src/net/connection.ts';
import type { Dispatcher } from '../../../src/net/dispatcher.ts';
import { openTls, type SessionTaker } from '../../../src/net/node-tls.ts';
import type { SocketError } from '../../../src/net/socket-errors.ts';
import { READS_EVENTS } from '../../../src/net/socket-options.ts';
import { TlsConnection, type TlsOwner } from '../../../src/net/tls-connection.ts';
import type { UpstreamTransportOptions, UpstreamTransportSocketFactory } from '../../../src/net/transport-socket.ts';
import { countTlsError } from './accept.ts';
import { type Alpn, wireOf } from './alpn.ts';
import type { BuiltContext, Keyed } from './build-context.ts';
import { CertificateCache } from './certificate.ts';
import type { ContextHolder } from './context-holder.ts';
import { finishHandshake } from './session.ts';
import { SessionCache } from './session-cache.ts';
import { FACTORY_STATS } from './stats.ts';

const F = FACTORY_STATS.slot;
const NOT_READY = 'TLS error: Secret is not supplied by SDS';

export interface ClientSettings {
  /** SNI, '' for none. */
  readonly serverName: string;
  /** The SNI must be among the server's names. */
  readonly checkServerName: boolean;
}

/** TLS to hosts. */
export class TlsConnect implements UpstreamTransportSocketFactory {
  readonly name = 'tls';
  readonly secure = true;
  readonly holder: ContextHolder;
  readonly settings: ClientSettings;
  readonly alpn: Alpn;
  readonly known: CertificateCache;
  readonly sessions: SessionCache;
  private sessionsVersion: number;

  constructor(holder: ContextHolder, settings: ClientSettings, alpn: Alpn, maxSessions: number) {
    this.holder = holder;
    this.settings = settings;
    this.alpn = alpn;
    this.known = new CertificateCache();
    this.sessions = new SessionCache(maxSessions);
    this.sessionsVersion = -1;
  }

  get ready(): boolean {
    return this.holder.ready;
  }

  connect(dispatcher: Dispatcher, address: Address, options: UpstreamTransportOptions, callbacks: ConnectionCallbacks): Connection {
    const built = this.holder.current();
    if (built === null) return this.refuse(dispatcher, address, callbacks);
    if (this.sessionsVersion !== this.holder.version) {
      this.sessions.clear();
      this.sessionsVersion = this.holder.version;
    }
    return new ClientHandshake(this, built, dispatcher, options).connect(address, callbacks);
  }

  key(options: UpstreamTransportOptions): string {
    const source = options.sourceAddress === null ? '' : formatAddress(options.sourceAddress);
    const protocols = this.protocolsOf(options).join(',');
    return `${source}|${this.serverNameOf(options)}|${protocols}|${options.verifySan ?? ''}`;
  }

  /** The list of the stream, else the configured one, else what the pool will speak. */
  protocolsOf(options: UpstreamTransportOptions): readonly string[] {
    if (options.alpn !== null) return options.alpn;
    return this.alpn.protocols.length > 0 ? this.alpn.protocols : (options.alpnFallback ?? []);
  }

  serverNameOf(options: UpstreamTransportOptions): string {
    return options.serverName === '' ? this.settings.serverName : options.serverName;
  }

  /** A session belongs to the context that it was made under. */
  keep(version: number, key: string, session: Buffer, once: boolean): void {
    if (version === this.holder.version && version === this.sessionsVersion) this.sessions.put(key, session, once);
  }

  /** No secret, no connection: it closes at the end of the turn. */
  private refuse(dispatcher: Dispatcher, address: Address, callbacks: ConnectionCallbacks): Connection {
    this.holder.incFactory(F.upstream_context_secrets_not_ready);
    const connection = new TlsConnection({
      dispatcher,
      socket: new Socket() as TLSSocket,
      localAddress: null,
      remoteAddress: address,
      owner: NOBODY,
      accepted: false,
    });
    connection.setCallbacks(callbacks);
    connection.fail(NOT_READY);
    return connection;
  }
}

const NOBODY: TlsOwner = {
  onSecure: () => NOT_READY,
  onEstablished() {},
  onTlsError() {},
  onHandshakeFailed() {},
};

class ClientHandshake implements TlsOwner, SessionTaker {
  private readonly factory: TlsConnect;
  private readonly built: BuiltContext;
  private readonly version: number;
  private readonly dispatcher: Dispatcher;
  private readonly options: UpstreamTransportOptions;
  private readonly serverName: string;
  private readonly sessionKey: string;
  private connection: TlsConnection | null;
  private established: boolean;
  /** Offered before the server was checked. */
  private early: Buffer | null;

  constructor(factory: TlsConnect, built: BuiltContext, dispatcher: Dispatcher, options: UpstreamTransportOptions) {
    this.factory = factory;
    this.built = built;
    this.version = factory.holder.version;
    this.dispatcher = dispatcher;
    this.options = options;
    this.serverName = factory.serverNameOf(options);
    this.sessionKey = factory.key(options);
    this.connection = null;
    this.established = false;
    this.early = null;
  }

  connect(address: Address, callbacks: ConnectionCallbacks): TlsConnection {
    const { factory, dispatcher } = this;
    const options = this.options;
    const { keepAlive } = options;
    const { context } = this.built.keyed[0] as Keyed;
    const protocols = factory.protocolsOf(options);
    const { sourceAddress, opener } = options;
    // Nothing is read before TLS takes the socket over.
    const plain = openSocket(dispatcher, address, { sourceAddress, opener: opener ?? null, keepAlive: null }, READS_EVENTS);
    const socket = openTls(
      plain,
      dispatcher.memory,
      {
        context,
        alpn: protocols === factory.alpn.protocols ? factory.alpn.wire : wireOf(protocols),
        serverName: this.serverName,
        session: factory.sessions.take(this.sessionKey),
        preface: options.preface ?? null,
      },
      factory.sessions.limit === 0 ? null : this,
    );
    const connection = new TlsConnection({
      dispatcher,
      socket,
      localAddress: null,
      remoteAddress: address,
      owner: this,
      accepted: false,
    });
    this.connection = connection;
    if (keepAlive !== null && keepAlive !== undefined) setKeepAlive(plain, keepAlive);
    connection.setCallbacks(callbacks);
    connection.start(null);
    return connection;
  }

  onSecure(connection: TlsConnection): string {
    const { factory, serverName } = this;
    const group = connection.socket.getEphemeralKeyInfo() as { name?: string; type?: string } | null;
    return finishHandshake(connection, {
      holder: factory.holder,
      policy: this.built.policy,
      known: factory.known,
      local: this.built.keyed[0]?.certificate ?? null,
      sni: serverName,
      names: this.names,
      curve: group?.name === 'prime256v1' ? 'P-256' : (group?.name ?? ''),
      now: this.dispatcher.clock.wall(),
    });
  }

  /** What the stream asks for goes before what is configured for all. */
  private get names(): readonly string[] | null {
    const { factory, options, serverName } = this;
    if (options.verifySan !== undefined && options.verifySan !== '') return [options.verifySan];
    return factory.settings.checkServerName && serverName !== '' ? [serverName] : null;
  }

  onEstablished(connection: TlsConnection): void {
    this.established = true;
    const early = this.early;
    this.early = null;
    if (early !== null) this.keep(connection, early);
  }

  onSession(session: Buffer): void {
    const connection = this.connection;
    if (this.established && connection !== null) this.keep(connection, session);
    else this.early = session;
  }

  private keep(connection: TlsConnection, session: Buffer): void {
    this.factory.keep(this.version, this.sessionKey, session, connection.tls?.version === 'TLSv1.3');
  }

  onTlsError(error: SocketError): void {
    countTlsError(this.factory.holder, error);
  }

  onHandshakeFailed(): void {
    this.connection = null;
  }
}
