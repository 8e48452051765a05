/** Both TLS transport sockets, compiled from their messages as JSON, and real connections between them. */
import { connect as connectPlain, type Server, type Socket } from 'node:net';
import { fromJson, type JsonObject } from '../../src/api/index.ts';
import { type Address, ipAddress } from '../../src/base/address.ts';
import type { Problems } from '../../src/base/errors.ts';
import { CLOSE_NO_FLUSH, type Connection } from '../../src/net/connection.ts';
import type { EventLoop } from '../../src/net/event-loop.ts';
import type {
  AcceptCallbacks,
  DownstreamTransportSocketFactory,
  UpstreamTransportOptions,
  UpstreamTransportSocketFactory,
} from '../../src/net/transport-socket.ts';
import type {
  DownstreamTransportSocketDefinition,
  ListenerContext,
  UpstreamTransportContext,
  UpstreamTransportSocketDefinition,
} from '../../src/upstream/factory-context.ts';
import { RecordingCallbacks } from './connection.ts';
import { FakeContext } from './factory-context.ts';
import { FakeSecrets } from './secrets.ts';
import { listenTo, realLoop, until } from './sockets.ts';

/** A context that serves for both sides: counts under `listener.l.` and `cluster.c.`. */
export class TlsContext extends FakeContext implements ListenerContext, UpstreamTransportContext {
  readonly listenerName = 'l';
  readonly statName = 'l';
  readonly direction = 'unspecified';
  readonly bufferLimit = 1 << 20;
  readonly statPrefix = 'cluster.c.';
  declare readonly dispatcher: EventLoop;

  override at(problems: Problems): this {
    const narrowed: this = Object.create(this);
    Object.defineProperty(narrowed, 'problems', { value: problems });
    return narrowed;
  }
}

export interface Definitions {
  readonly downstream: DownstreamTransportSocketDefinition<'envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext'>;
  readonly upstream: UpstreamTransportSocketDefinition<'envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext'>;
}

/** What a server saw of one connection. */
export interface Served {
  /** As accepted, before TLS took it over. */
  readonly socket: Socket;
  readonly callbacks: RecordingCallbacks;
  connection: Connection | null;
  /** Null while the handshake did not fail. */
  failure: string | null;
}

export const NO_OPTIONS: UpstreamTransportOptions = Object.freeze({ alpn: null, serverName: '', sourceAddress: null });

export class TlsBench {
  readonly dispatcher: EventLoop = realLoop();
  readonly secrets = new FakeSecrets();
  readonly context: TlsContext = new TlsContext({ dispatcher: this.dispatcher, secrets: this.secrets });
  readonly served: Served[] = [];
  readonly definitions: Definitions;
  private readonly servers: Server[] = [];
  private readonly connections: Connection[] = [];
  private readonly sockets: Socket[] = [];

  constructor(definitions: Definitions) {
    this.definitions = definitions;
  }

  downstream(json: JsonObject): DownstreamTransportSocketFactory {
    const { downstream } = this.definitions;
    return this.must(downstream.compile(fromJson(downstream.message, json), this.context));
  }

  upstream(json: JsonObject): UpstreamTransportSocketFactory {
    const { upstream } = this.definitions;
    return this.must(upstream.compile(fromJson(upstream.message, json), this.context));
  }

  /** What is wrong with a message, as `path: text`. */
  complaints(side: keyof Definitions, json: JsonObject): string[] {
    const context = new TlsContext({ dispatcher: this.dispatcher, secrets: this.secrets });
    const definition = this.definitions[side];
    const factory = definition.compile(fromJson(definition.message, json) as never, context);
    if (factory !== null && context.complaints.length > 0) throw new Error('compiled in spite of its problems');
    return context.complaints;
  }

  /** Serves on 127.0.0.1. `split`: the bytes that a listener filter has read before, and hands over. */
  async serve(factory: DownstreamTransportSocketFactory, peek = 0): Promise<Address> {
    const { server, address } = await listenTo((socket) => {
      if (peek === 0) this.accept(factory, socket, null);
      else socket.once('readable', () => this.accept(factory, socket, socket.read() as Buffer | null));
    });
    this.servers.push(server);
    return address;
  }

  private accept(factory: DownstreamTransportSocketFactory, socket: Socket, peeked: Buffer | null): void {
    const served: Served = { socket, callbacks: new RecordingCallbacks(), connection: null, failure: null };
    this.served.push(served);
    const callbacks: AcceptCallbacks = {
      onReady: (connection) => {
        served.connection = connection;
        this.connections.push(connection);
        connection.setCallbacks(served.callbacks);
      },
      onFailure: (reason) => {
        served.failure = reason;
      },
    };
    const localAddress = ipAddress('127.0.0.1', socket.localPort ?? 0);
    const remoteAddress = ipAddress('127.0.0.1', socket.remotePort ?? 0);
    factory.accept(this.dispatcher, { socket, peeked, localAddress, remoteAddress, serverName: '' }, callbacks);
  }

  connect(factory: UpstreamTransportSocketFactory, address: Address, options: UpstreamTransportOptions = NO_OPTIONS): Client {
    const callbacks = new RecordingCallbacks();
    const connection = factory.connect(this.dispatcher, address, options, callbacks);
    this.connections.push(connection);
    return { callbacks, connection };
  }

  /** Connects and waits for the end of the handshake, whatever it is. */
  async shake(factory: UpstreamTransportSocketFactory, address: Address, options: UpstreamTransportOptions = NO_OPTIONS): Promise<Client> {
    const client = this.connect(factory, address, options);
    await until(() => client.callbacks.events.length > 0, 'the handshake');
    return client;
  }

  /** A plain socket to a server. */
  plain(address: Address): Socket {
    if (address.kind !== 'ip') throw new Error('no port');
    const socket = connectPlain({ host: address.ip, port: address.port });
    socket.on('error', () => {});
    this.sockets.push(socket);
    return socket;
  }

  /** Counters that are not zero, of one side. */
  counted(prefix: 'listener.l.' | 'cluster.c.'): Record<string, number> {
    const all = Object.entries(this.context.stats.counted).filter(([name]) => name.startsWith(prefix) && !name.includes('expiration'));
    return Object.fromEntries(all.map(([name, value]) => [name.slice(prefix.length), value]));
  }

  close(): void {
    for (const connection of this.connections) connection.close(CLOSE_NO_FLUSH);
    for (const socket of this.sockets) socket.destroy();
    for (const server of this.servers) server.close();
    this.dispatcher.close();
  }

  private must<T>(factory: T | null): T {
    if (factory === null) throw new Error(this.context.complaints.join('\n'));
    return factory;
  }
}

export interface Client {
  readonly callbacks: RecordingCallbacks;
  readonly connection: Connection;
}
