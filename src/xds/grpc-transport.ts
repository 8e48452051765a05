/** The transport over @grpc/grpc-js, which is loaded when the first source needs it. */
import type { ClientDuplexStream, Metadata, StatusObject } from '@grpc/grpc-js';
import { commonJs } from '../base/common-js.ts';
import type { DiscoveryTransport, StreamEvents, TransportStream } from './transport.ts';

export interface GrpcTarget {
  /** As grpc-js wants it: `unix:/path`, `ipv4:127.0.0.1:15012`, `dns:///istiod.istio-system.svc:15012`. */
  readonly target: string;
  /** `:authority`, '' for what the target says. */
  readonly authority: string;
  /** Sent with every stream. */
  readonly metadata: readonly (readonly [name: string, value: string])[];
}

const LIMITLESS = -1;

export async function createGrpcTransport({ target, authority, metadata }: GrpcTarget): Promise<DiscoveryTransport> {
  const grpc = commonJs(await import('@grpc/grpc-js'));
  const client = new grpc.Client(target, grpc.credentials.createInsecure(), {
    'grpc.max_receive_message_length': LIMITLESS,
    // Discovery has its own backoff, and begins again by opening a stream.
    'grpc.initial_reconnect_backoff_ms': 50,
    'grpc.max_reconnect_backoff_ms': 1000,
    'grpc.enable_retries': 0,
    'grpc.use_local_subchannel_pool': 1,
    ...(authority === '' ? {} : { 'grpc.default_authority': authority }),
  });
  return {
    open(method, events) {
      const headers: Metadata = new grpc.Metadata();
      for (const [name, value] of metadata) headers.add(name, value);
      return follow(client.makeBidiStreamRequest(method, identity, identity, headers), events);
    },
    close: () => client.close(),
  };
}

const identity = (bytes: Buffer): Buffer => bytes;

function follow(stream: ClientDuplexStream<Buffer, Buffer>, events: StreamEvents): TransportStream {
  let over = false;
  const end = (reason: string): void => {
    if (over) return;
    over = true;
    events.onEnd(reason);
  };
  stream.on('data', (bytes: Buffer) => {
    if (!over) events.onMessage(bytes);
  });
  stream.on('error', () => {
    // Its status follows.
  });
  stream.on('status', ({ code, details }: StatusObject) => end(`${code}, ${details === '' ? 'the server ended the stream' : details}`));
  return {
    send(bytes) {
      if (!over) stream.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
    },
    cancel() {
      over = true;
      stream.cancel();
    },
  };
}
