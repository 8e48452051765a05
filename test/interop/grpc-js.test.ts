/** Client and server of @grpc/grpc-js through one proxy and through two in a row: every kind of call, errors, deadlines and cancellation. */
import { once } from 'node:events';
import {
  Client,
  type ClientReadableStream,
  credentials,
  type handleBidiStreamingCall,
  type handleClientStreamingCall,
  type handleServerStreamingCall,
  type handleUnaryCall,
  Metadata,
  Server,
  ServerCredentials,
  type ServiceDefinition,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import t, { type Test } from 'tap';
import { oneHop } from '../support/http2-bootstrap.ts';
import { startProxy, type TestProxy } from '../support/proxy.ts';

const same = (bytes: Buffer): Buffer => bytes;

function method(name: string, requestStream: boolean, responseStream: boolean) {
  return {
    path: `/test.Echo/${name}`,
    requestStream,
    responseStream,
    requestSerialize: same,
    requestDeserialize: same,
    responseSerialize: same,
    responseDeserialize: same,
  };
}

const ECHO: ServiceDefinition = {
  Unary: method('Unary', false, false),
  Fail: method('Fail', false, false),
  Hang: method('Hang', false, false),
  Collect: method('Collect', true, false),
  Repeat: method('Repeat', false, true),
  Chat: method('Chat', true, true),
};

/** Says what it was asked, in as many ways as there are kinds of calls. */
class EchoServer {
  readonly server = new Server({ 'grpc.max_receive_message_length': -1 });
  port = 0;
  cancelled = 0;

  async start(): Promise<void> {
    const unary: handleUnaryCall<Buffer, Buffer> = (call, answer) => {
      const metadata = new Metadata();
      for (const value of call.metadata.get('x-echo')) metadata.add('x-echo', value);
      call.sendMetadata(metadata);
      const trailer = new Metadata();
      for (const value of call.metadata.get('x-echo-bin')) trailer.add('x-echo-bin', value);
      answer(null, call.request, trailer);
    };
    const fail: handleUnaryCall<Buffer, Buffer> = (_call, answer) =>
      answer({ code: status.FAILED_PRECONDITION, details: 'not yet: 100 % ünready\n' });
    const hang: handleUnaryCall<Buffer, Buffer> = (call) => {
      call.on('cancelled', () => this.cancelled++);
    };
    const collect: handleClientStreamingCall<Buffer, Buffer> = (call, answer) => {
      const parts: Buffer[] = [];
      call.on('data', (part: Buffer) => parts.push(part));
      call.on('end', () => answer(null, Buffer.concat(parts)));
    };
    const repeat: handleServerStreamingCall<Buffer, Buffer> = (call) => {
      for (let i = 0; i < 1000; i++) call.write(Buffer.concat([call.request, Buffer.from(String(i))]));
      call.end();
    };
    const chat: handleBidiStreamingCall<Buffer, Buffer> = (call) => {
      call.on('data', (part: Buffer) => call.write(part));
      call.on('end', () => call.end());
    };
    this.server.addService(ECHO, { Unary: unary, Fail: fail, Hang: hang, Collect: collect, Repeat: repeat, Chat: chat });
    this.port = await new Promise<number>((resolve, reject) => {
      this.server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) =>
        error === null ? resolve(port) : reject(error),
      );
    });
  }
}

interface Answer {
  readonly error: ServiceError | null;
  readonly value: Buffer | undefined;
  readonly metadata: Metadata;
  readonly trailer: Metadata;
}

function unary(client: Client, name: string, request: Buffer, metadata = new Metadata(), deadlineMs = 20_000): Promise<Answer> {
  return new Promise((resolve) => {
    let head = new Metadata();
    let error: ServiceError | null = null;
    let value: Buffer | undefined;
    const options = { deadline: Date.now() + deadlineMs };
    const call = client.makeUnaryRequest<Buffer, Buffer>(
      `/test.Echo/${name}`,
      same,
      same,
      request,
      metadata,
      options,
      (failure, answer) => {
        error = failure;
        value = answer;
      },
    );
    call.on('metadata', (received) => {
      head = received;
    });
    call.on('status', ({ metadata: trailer }) => setImmediate(() => resolve({ error, value, metadata: head, trailer })));
  });
}

async function messagesOf(call: ClientReadableStream<Buffer>): Promise<string[]> {
  const messages: string[] = [];
  call.on('data', (message: Buffer) => messages.push(message.toString()));
  await once(call, 'end');
  return messages;
}

async function run(t: Test, port: number, echo: EchoServer, proxies: readonly TestProxy[]): Promise<void> {
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure(), { 'grpc.max_receive_message_length': -1 });
  t.teardown(() => client.close());

  await t.test('a call with metadata both ways', async (t) => {
    const metadata = new Metadata();
    metadata.add('x-echo', 'one');
    metadata.add('x-echo-bin', Buffer.from([0, 255, 10]));
    const answer = await unary(client, 'Unary', Buffer.from('hello'), metadata);
    t.equal(answer.value?.toString(), 'hello');
    t.same(answer.metadata.get('x-echo'), ['one']);
    t.same(answer.trailer.get('x-echo-bin'), [Buffer.from([0, 255, 10])]);
  });

  await t.test('a message of 8 MiB', async (t) => {
    const large = Buffer.alloc(8 << 20, 'abcdefg');
    const answer = await unary(client, 'Unary', large);
    t.ok(answer.value?.equals(large));
  });

  await t.test('an error is its status and message', async (t) => {
    const { error } = await unary(client, 'Fail', Buffer.alloc(0));
    t.match(error, { code: status.FAILED_PRECONDITION, details: 'not yet: 100 % ünready\n' });
    t.match((await unary(client, 'Nothing', Buffer.alloc(0))).error, { code: status.UNIMPLEMENTED });
  });

  await t.test('a deadline ends a call, and the server hears of it', async (t) => {
    const before = echo.cancelled;
    const { error } = await unary(client, 'Hang', Buffer.alloc(0), new Metadata(), 200);
    t.match(error, { code: status.DEADLINE_EXCEEDED });
    // A call on the same connections cannot overtake the reset by much.
    for (let i = 0; i < 100 && echo.cancelled === before; i++) await unary(client, 'Unary', Buffer.alloc(1));
    t.equal(echo.cancelled, before + 1);
  });

  await t.test('a stream of requests', async (t) => {
    const answer = new Promise<Buffer | undefined>((resolve, reject) => {
      const call = client.makeClientStreamRequest<Buffer, Buffer>('/test.Echo/Collect', same, same, (error, value) =>
        error === null ? resolve(value) : reject(error),
      );
      for (let i = 0; i < 1000; i++) call.write(Buffer.from(`${i},`));
      call.end();
    });
    t.equal((await answer)?.toString(), Array.from({ length: 1000 }, (_, i) => `${i},`).join(''));
  });

  await t.test('a stream of responses', async (t) => {
    const call = client.makeServerStreamRequest<Buffer, Buffer>('/test.Echo/Repeat', same, same, Buffer.from('n'));
    t.same(
      await messagesOf(call),
      Array.from({ length: 1000 }, (_, i) => `n${i}`),
    );
  });

  await t.test('messages in turn: each arrives before the next one is sent', async (t) => {
    const call = client.makeBidiStreamRequest<Buffer, Buffer>('/test.Echo/Chat', same, same);
    for (let i = 0; i < 50; i++) {
      call.write(Buffer.from(`turn ${i}`));
      const [message] = (await once(call, 'data')) as [Buffer];
      if (message.toString() !== `turn ${i}`) t.fail(`${message} in turn ${i}`);
    }
    call.end();
    const [end] = (await once(call, 'status')) as [{ code: number }];
    t.equal(end.code, status.OK);
  });

  await t.test('a hundred calls at a time', async (t) => {
    const answers = await Promise.all(Array.from({ length: 100 }, (_, i) => unary(client, 'Unary', Buffer.from(String(i)))));
    t.same(
      answers.map(({ value }) => value?.toString()),
      Array.from({ length: 100 }, (_, i) => String(i)),
    );
  });

  await t.test('a call that is cancelled leaves nothing behind', async (t) => {
    const call = client.makeBidiStreamRequest<Buffer, Buffer>('/test.Echo/Chat', same, same);
    call.on('error', () => {});
    call.write(Buffer.from('x'));
    await once(call, 'data');
    const code = new Promise<number>((resolve) => call.on('status', (end) => resolve(end.code)));
    call.cancel();
    t.equal(await code, status.CANCELLED);
    for (let i = 0; i < 100 && proxies.some((proxy) => proxy.stat('cluster.app.upstream_rq_active') > 0); i++) {
      await unary(client, 'Unary', Buffer.alloc(1));
    }
    for (const proxy of proxies) t.equal(proxy.stat('cluster.app.upstream_rq_active'), 0);
  });
}

t.test('calls of @grpc/grpc-js', { timeout: 120_000 }, async (t) => {
  const echo = new EchoServer();
  await echo.start();
  t.teardown(() => echo.server.forceShutdown());
  const near = await startProxy(oneHop('h2', echo.port));
  t.teardown(() => near.stop());
  const far = await startProxy(oneHop('h2', near.port()));
  t.teardown(() => far.stop());
  await t.test('through one proxy', (t) => run(t, near.port(), echo, [near]));
  await t.test('through two proxies', (t) => run(t, far.port(), echo, [near, far]));
  t.equal(near.stat('cluster.app.upstream_cx_protocol_error'), 0);
});
