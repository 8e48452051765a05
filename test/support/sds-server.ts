/**
 * A secret discovery server for tests, in its state-of-the-world form: what it is asked is recorded, what it answers is said by the
 * test. Listens on a Unix socket or on a port of 127.0.0.1.
 */
import { Server, ServerCredentials, type ServerDuplexStream } from '@grpc/grpc-js';
import { create, fromBinary, type Init, type Message, packAny, toBinary } from '../../src/api/index.ts';

type Request = Message<'envoy.service.discovery.v3.DiscoveryRequest'>;
export type SecretInit = Init<'envoy.extensions.transport_sockets.tls.v3.Secret'> & { readonly name: string };
type Stream = ServerDuplexStream<Buffer, Buffer>;

const SECRET = 'envoy.extensions.transport_sockets.tls.v3.Secret';
const identity = (bytes: Buffer): Buffer => bytes;

export class SdsServer {
  /** In the order of arrival, over all streams. */
  readonly requests: Request[] = [];
  /** Headers of each stream: `:authority` and the initial metadata. */
  readonly metadata: { readonly [name: string]: unknown }[] = [];
  /** Names that are answered for: every request for one of them without a nonce, or for more names than before, gets an answer. */
  readonly secrets = new Map<string, SecretInit>();
  /** How many streams were opened so far. */
  opened = 0;
  readonly #streams = new Map<Stream, Set<string>>();
  readonly #wakers = new Set<() => void>();
  #server = new Server();
  #version = 0;
  #address = '';

  /** `unix:/path`, or `127.0.0.1:0`. Answers the port, 0 for a socket. */
  async listen(address: string): Promise<number> {
    this.#server = new Server();
    this.#server.addService(
      {
        StreamSecrets: {
          path: '/envoy.service.secret.v3.SecretDiscoveryService/StreamSecrets',
          requestStream: true,
          responseStream: true,
          requestSerialize: identity,
          requestDeserialize: identity,
          responseSerialize: identity,
          responseDeserialize: identity,
        },
      },
      { StreamSecrets: (stream: Stream) => this.#serve(stream) },
    );
    const port = await new Promise<number>((resolve, reject) => {
      this.#server.bindAsync(address, ServerCredentials.createInsecure(), (error, bound) => (error ? reject(error) : resolve(bound)));
    });
    this.#address = address.startsWith('unix:') ? address : `127.0.0.1:${port}`;
    return address.startsWith('unix:') ? 0 : port;
  }

  /** Ends every connection at once. */
  stop(): void {
    this.#server.forceShutdown();
    this.#streams.clear();
  }

  /** On the same address as before. */
  async start(): Promise<void> {
    await this.listen(this.#address);
  }

  /** From now on these are the secrets; whoever asked for them gets them. Answers the version. */
  push(...secrets: readonly SecretInit[]): string {
    for (const secret of secrets) this.secrets.set(secret.name, secret);
    for (const [stream, names] of this.#streams) {
      const wanted = secrets.filter(({ name }) => names.has(name));
      if (wanted.length > 0) this.#send(stream, wanted);
    }
    return String(this.#version);
  }

  /** Ends the streams and keeps listening. */
  endStreams(): void {
    for (const stream of this.#streams.keys()) stream.end();
    this.#streams.clear();
  }

  /** Resolves with the first request that fits, of the past or the future. */
  async request(fits: (request: Request) => boolean): Promise<Request> {
    for (;;) {
      const found = this.requests.find(fits);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => this.#wakers.add(resolve));
    }
  }

  #serve(stream: Stream): void {
    this.opened++;
    this.metadata.push({ ...stream.metadata.getMap(), authority: stream.getHost() });
    this.#streams.set(stream, new Set());
    stream.on('data', (bytes: Buffer) => this.#onRequest(stream, fromBinary('envoy.service.discovery.v3.DiscoveryRequest', bytes)));
    stream.on('end', () => {
      this.#streams.delete(stream);
      stream.end();
    });
    stream.on('error', () => this.#streams.delete(stream));
  }

  #onRequest(stream: Stream, request: Request): void {
    const known = this.#streams.get(stream) ?? new Set();
    const fresh = request.resourceNames.filter((name) => !known.has(name));
    this.#streams.set(stream, new Set(request.resourceNames));
    this.requests.push(request);
    const secrets = fresh.flatMap((name) => this.secrets.get(name) ?? []);
    if (secrets.length > 0) this.#send(stream, secrets);
    for (const wake of this.#wakers) wake();
    this.#wakers.clear();
  }

  #send(stream: Stream, secrets: readonly SecretInit[]): void {
    this.#version++;
    const response = create('envoy.service.discovery.v3.DiscoveryResponse', {
      versionInfo: String(this.#version),
      nonce: `n${this.#version}`,
      typeUrl: `type.googleapis.com/${SECRET}`,
      resources: secrets.map((secret) => packAny(create(SECRET, secret))),
    });
    stream.write(Buffer.from(toBinary(response)));
  }
}

/** A certificate as servers send it. */
export function certificateSecret(name: string, pair: { readonly certificate: string; readonly key: string }): SecretInit {
  return {
    name,
    type: { case: 'tlsCertificate', value: { certificateChain: bytesSource(pair.certificate), privateKey: bytesSource(pair.key) } },
  };
}

export function rootsSecret(name: string, trustedCa: string): SecretInit {
  return { name, type: { case: 'validationContext', value: { trustedCa: bytesSource(trustedCa) } } };
}

function bytesSource(text: string): Init<'envoy.config.core.v3.DataSource'> {
  return { specifier: { case: 'inlineBytes', value: new Uint8Array(Buffer.from(text)) } };
}
