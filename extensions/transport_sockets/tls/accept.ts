import type { Socket } from 'node:net';
import { type ClientHello, HELLO_PART, readClientHello } from '../../../src/net/client-hello.ts';
import { CLOSE_NO_FLUSH } from '../../../src/net/connection.ts';
import type { Dispatcher } from '../../../src/net/dispatcher.ts';
import { acceptTls, feed, isDirect } from '../../../src/net/node-tls.ts';
import type { SocketError } from '../../../src/net/socket-errors.ts';
import { TlsConnection, type TlsOwner } from '../../../src/net/tls-connection.ts';
import type { AcceptCallbacks, AcceptedSocket, DownstreamTransportSocketFactory } from '../../../src/net/transport-socket.ts';
import type { Alpn } from './alpn.ts';
import type { ServerSettings } from './build-context.ts';
import { type Certificate, CertificateCache } from './certificate.ts';
import { CertificateChooser } from './certificate-chooser.ts';
import type { ContextHolder } from './context-holder.ts';
import { curveOf } from './curve.ts';
import { type HelloOwner, HelloReader } from './hello-reader.ts';
import type { PeerPolicy } from './peer-policy.ts';
import { finishHandshake } from './session.ts';
import { FACTORY_STATS, SSL_STATS } from './stats.ts';

const S = SSL_STATS.slot;
const F = FACTORY_STATS.slot;
const NOT_READY = 'TLS error: Secret is not supplied by SDS';

/** TLS from clients. The ClientHello is read before OpenSSL sees it, because it decides about the certificate and about ALPN. */
export class TlsAccept implements DownstreamTransportSocketFactory {
  readonly name = 'tls';
  readonly secure = true;
  readonly holder: ContextHolder;
  readonly server: ServerSettings;
  readonly alpn: Alpn;
  readonly known: CertificateCache;
  private chooser: CertificateChooser | null;
  private chooserVersion: number;

  constructor(holder: ContextHolder, server: ServerSettings, alpn: Alpn) {
    this.holder = holder;
    this.server = server;
    this.alpn = alpn;
    this.known = new CertificateCache();
    this.chooser = null;
    this.chooserVersion = -1;
  }

  get ready(): boolean {
    return this.holder.ready;
  }

  accept(dispatcher: Dispatcher, accepted: AcceptedSocket, callbacks: AcceptCallbacks): void {
    if (this.choices() === null) {
      this.holder.incFactory(F.downstream_context_secrets_not_ready);
      accepted.socket.destroy();
      callbacks.onFailure(NOT_READY);
      return;
    }
    new ServerHandshake(this, dispatcher, accepted, callbacks).start();
  }

  /** Null while a secret is missing. */
  choices(): CertificateChooser | null {
    const built = this.holder.current();
    if (built === null) return null;
    if (this.chooser === null || this.chooserVersion !== this.holder.version) {
      this.chooser = new CertificateChooser(built, this.server.fullScan);
      this.chooserVersion = this.holder.version;
    }
    return this.chooser;
  }
}

/** A socket whose TLS has not begun or is under way; listeners close it to give up. */
interface ShakingSocket extends Socket {
  handshake: ServerHandshake;
}

class ServerHandshake implements TlsOwner, HelloOwner {
  private readonly factory: TlsAccept;
  private readonly dispatcher: Dispatcher;
  private readonly accepted: AcceptedSocket;
  private readonly callbacks: AcceptCallbacks;
  private policy: PeerPolicy | null;
  private local: Certificate | null;
  private hello: ClientHello | null;
  private reader: HelloReader | null;
  private connection: TlsConnection | null;
  private over: boolean;

  constructor(factory: TlsAccept, dispatcher: Dispatcher, accepted: AcceptedSocket, callbacks: AcceptCallbacks) {
    this.factory = factory;
    this.dispatcher = dispatcher;
    this.accepted = accepted;
    this.callbacks = callbacks;
    this.policy = null;
    this.local = null;
    this.hello = null;
    this.reader = null;
    this.connection = null;
    this.over = false;
  }

  start(): void {
    const { peeked, socket } = this.accepted;
    const shaking = socket as ShakingSocket;
    shaking.handshake = this;
    shaking.on('close', onGone);
    const hello = peeked === null ? HELLO_PART : readClientHello(peeked);
    if (peeked !== null && hello !== HELLO_PART) {
      this.begin(typeof hello === 'number' ? null : hello, peeked);
      return;
    }
    this.reader = new HelloReader(socket, peeked, this);
    this.reader.start(this.dispatcher.memory);
  }

  onHello(hello: ClientHello | null, bytes: Buffer): void {
    this.reader = null;
    this.begin(hello, bytes);
  }

  onHelloFailed(): void {
    this.reader = null;
    this.fail('');
  }

  private begin(hello: ClientHello | null, bytes: Buffer): void {
    const { factory, accepted } = this;
    // Asked again: a secret may have been withdrawn while the hello came.
    const choices = factory.choices();
    if (choices === null) {
      factory.holder.incFactory(F.downstream_context_secrets_not_ready);
      this.fail(NOT_READY);
      return;
    }
    const { server, alpn } = factory;
    if (server.requireServerName && hello !== null && hello.serverName === '') {
      factory.holder.inc(S.connection_error);
      this.fail('no SNI');
      return;
    }
    const { policy } = choices;
    const keyed = choices.choose(hello);
    this.policy = policy;
    this.local = keyed.certificate;
    this.hello = hello;
    const socket = acceptTls(accepted.socket, this.dispatcher.memory, {
      context: keyed.context,
      identity: keyed.identity,
      requestCert: server.requireCertificate || policy.wantsCertificate,
      requireCert: server.requireCertificate,
      alpn: hello === null ? null : alpn.choose(hello.alpn),
    });
    if (socket === null) {
      this.fail('');
      return;
    }
    // There the accepted socket stays underneath, and both go together.
    if (!isDirect(socket)) accepted.socket.off('close', onGone);
    this.connection = new TlsConnection({
      dispatcher: this.dispatcher,
      socket,
      localAddress: accepted.localAddress,
      remoteAddress: accepted.remoteAddress,
      owner: this,
      accepted: true,
    });
    feed(socket, accepted.socket, bytes);
  }

  onSecure(connection: TlsConnection): string {
    const { factory } = this;
    const hello = this.hello;
    return finishHandshake(connection, {
      holder: factory.holder,
      policy: this.policy as PeerPolicy,
      known: factory.known,
      local: this.local,
      sni: hello?.serverName ?? '',
      names: null,
      curve: hello === null ? '' : curveOf(hello, factory.holder.settings.params, connection.socket.getProtocol() === 'TLSv1.3'),
      now: this.dispatcher.clock.wall(),
    });
  }

  onEstablished(connection: TlsConnection): void {
    this.over = true;
    this.accepted.socket.off('close', onGone);
    this.callbacks.onReady(connection);
    if (connection.open) connection.start(null);
  }

  onTlsError(error: SocketError): void {
    countTlsError(this.factory.holder, error);
  }

  onHandshakeFailed(_connection: TlsConnection, reason: string): void {
    this.connection = null;
    this.fail(reason);
  }

  /** Somebody closed the accepted socket: a timeout, a listener that goes. */
  onSocketGone(): void {
    this.reader?.stop();
    this.reader = null;
    const connection = this.connection;
    this.connection = null;
    this.over = true;
    connection?.close(CLOSE_NO_FLUSH);
  }

  private fail(reason: string): void {
    if (this.over) return;
    this.over = true;
    const { socket } = this.accepted;
    socket.off('close', onGone);
    socket.destroy();
    this.callbacks.onFailure(reason);
  }
}

function onGone(this: Socket): void {
  (this as ShakingSocket).handshake.onSocketGone();
}

/** Envoy counts errors of the library; a missing client certificate has a counter of its own. */
export function countTlsError(holder: ContextHolder, error: SocketError): void {
  if (error.code === 'ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE') holder.inc(S.fail_verify_no_cert);
  else holder.inc(S.connection_error);
}
