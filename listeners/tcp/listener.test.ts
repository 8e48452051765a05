import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import t, { type Test } from 'tap';
import type { JsonInput, Message } from '../../src/api/index.ts';
import { FakeClock, systemClock } from '../../src/base/clock.ts';
import type { Problem } from '../../src/base/errors.ts';
import { createDispatcher, type EventLoop } from '../../src/net/event-loop.ts';
import { LISTENER_CLOSE, LISTENER_CONTINUE, LISTENER_NEED_DATA } from '../../src/net/listener-filter.ts';
import { FLAG } from '../../src/telemetry/response-flags.ts';
import type { ListenerInstance } from '../../src/upstream/instances.ts';
import { FakeContext } from '../../test/support/factory-context.ts';
import { turns, until } from '../../test/support/sockets.ts';
import { ECHO, INSPECTOR, ListenerParts, LOG, listenerMessage, socketAddress } from '../../test/support/tcp-listener.ts';
import { compile, limitsOf } from './config.ts';
import { TcpListener } from './listener.ts';

interface Rig {
  readonly listener: ListenerInstance;
  readonly context: FakeContext;
  readonly parts: ListenerParts;
  readonly dispatcher: EventLoop;
  port: number;
}

function listen(listener: ListenerInstance, takeOverFrom: ListenerInstance | null = null, reusePort = false): Promise<Problem | null> {
  return new Promise((resolve) => listener.listen({ reusePort, takeOverFrom }, resolve));
}

function portOf(listener: ListenerInstance, index = 0): number {
  return Number(listener.status().addresses[index]?.split(':').at(-1));
}

function make(t: Test, more: { [key: string]: JsonInput } = {}, dispatcher?: EventLoop): Rig {
  const loop = dispatcher ?? createDispatcher({ clock: systemClock, workerIndex: 0 });
  const parts = new ListenerParts();
  const context = new FakeContext({ dispatcher: loop, extensions: parts.extensions });
  const listener = compile(listenerMessage(more), context);
  if (listener === null) throw new Error(context.complaints.join('\n'));
  t.teardown(() => listener.close());
  return { listener, context, parts, dispatcher: loop, port: 0 };
}

async function serve(t: Test, more: { [key: string]: JsonInput } = {}, dispatcher?: EventLoop): Promise<Rig> {
  const rig = make(t, more, dispatcher);
  t.equal(await listen(rig.listener), null);
  rig.port = portOf(rig.listener);
  return rig;
}

/** A client that remembers what it was sent. */
class Client {
  text = '';
  ended = false;
  closed = false;
  error = '';
  readonly socket: Socket;

  constructor(t: Test, port: number, host = '127.0.0.1') {
    this.socket = connect({ port, host, allowHalfOpen: true, noDelay: true });
    this.socket.on('data', (chunk: Buffer) => {
      this.text += chunk.toString('latin1');
    });
    this.socket.on('end', () => {
      this.ended = true;
    });
    this.socket.on('error', (error: NodeJS.ErrnoException) => {
      this.error = error.code ?? '';
    });
    this.socket.on('close', () => {
      this.closed = true;
    });
    t.teardown(() => this.socket.destroy());
  }

  get over(): boolean {
    return this.ended || this.closed;
  }
}

const PREFIX = 'listener.127.0.0.1_0.';

t.test('connections are served, counted and logged', async (t) => {
  const { listener, context, parts, port } = await serve(t, { access_log: [LOG], traffic_direction: 'OUTBOUND', name: 'out' });
  const first = new Client(t, port);
  first.socket.write('hello');
  const second = new Client(t, port);
  second.socket.write('world');
  await until(() => first.text === 'hello' && second.text === 'world', 'both echoes');
  t.same(context.stats.counted, {
    [`${PREFIX}downstream_cx_active`]: 2,
    [`${PREFIX}downstream_cx_total`]: 2,
    [`${PREFIX}worker_0.downstream_cx_active`]: 2,
    [`${PREFIX}worker_0.downstream_cx_total`]: 2,
  });
  t.match(listener.status(), {
    name: 'out',
    addresses: [`127.0.0.1:${port}`],
    direction: 'outbound',
    activeConnections: 2,
    state: 'active',
  });
  t.equal(parts.log.entries.length, 0, 'a connection is logged when it ends');

  const { localPort } = first.socket;
  first.socket.end();
  await until(() => first.ended && parts.log.entries.length === 1, 'the end');
  t.same(context.stats.counted, {
    [`${PREFIX}downstream_cx_active`]: 1,
    [`${PREFIX}downstream_cx_destroy`]: 1,
    [`${PREFIX}downstream_cx_total`]: 2,
    [`${PREFIX}worker_0.downstream_cx_active`]: 1,
    [`${PREFIX}worker_0.downstream_cx_total`]: 2,
  });
  t.equal(context.stats.records.get(`${PREFIX}downstream_cx_length_ms`)?.length, 1);
  const info = parts.log.entries[0]?.info;
  t.match(info, { bytesReceived: 5, bytesSent: 5, downstream: { listenerName: 'out', filterChainName: '' } });
  t.ok((info?.end ?? -1) >= (info?.start ?? 0));
  t.match(info?.remoteAddress, { ip: '127.0.0.1', port: localPort });
  t.match(info?.downstream.localAddress, { ip: '127.0.0.1', port });
  t.equal(context.shared.open('listener.out.downstream_cx').value, 1);
});

t.test('every address is bound, and status() knows the ports that the kernel chose', async (t) => {
  const { listener, port } = await serve(t, { additional_addresses: [{ address: socketAddress('127.0.0.2') }] });
  const { addresses } = listener.status();
  t.equal(addresses.length, 2);
  t.match(addresses[1], /^127\.0\.0\.2:[1-9]/);
  for (const [host, to] of [
    ['127.0.0.1', port],
    ['127.0.0.2', portOf(listener, 1)],
  ] as const) {
    const client = new Client(t, to, host);
    client.socket.write('x');
    await until(() => client.text === 'x', 'the echo');
  }
});

t.test('an address in use is a problem at its field, and nothing stays bound', async (t) => {
  const { port } = await serve(t);
  const other = make(t, {
    address: socketAddress('127.0.0.2', port),
    additional_addresses: [{ address: socketAddress('127.0.0.1', port) }],
  });
  const problem = await listen(other.listener);
  t.match(problem, {
    code: 'io',
    path: 'additional_addresses[0].address',
    message: `cannot bind '127.0.0.1:${port}': Address already in use`,
    hint: 'stop what listens there, or choose another port',
  });
  const [error] = (await once(connect({ port, host: '127.0.0.2' }), 'error')) as [NodeJS.ErrnoException];
  t.equal(error.code, 'ECONNREFUSED');
});

t.test('a listener that is not to bind opens no socket', async (t) => {
  const rig = make(t, { bind_to_port: false, address: socketAddress('192.0.2.1', 15001) });
  t.equal(await listen(rig.listener), null);
  t.match(rig.listener.status(), { addresses: ['192.0.2.1:15001'], state: 'active', activeConnections: 0 });
});

t.test('without a chain for a connection it is closed, counted and logged', async (t) => {
  const { context, parts, port, listener } = await serve(t, { access_log: [LOG] });
  const tcp = listener as TcpListener;
  const unmatched = new TcpListener(
    { ...tcp.settings, chains: { match: () => null, all: [] } },
    { dispatcher: tcp.dispatcher, stats: context.stats, limits: limitsOf(listenerMessage(), context), log: context.loggers.get('x') },
  );
  t.equal(await listen(unmatched, listener), null);
  const client = new Client(t, port);
  await until(() => client.over, 'the close');
  t.same(context.stats.counted, { [`${PREFIX}no_filter_chain_match`]: 1 });
  t.match(parts.log.entries[0]?.info, { flags: FLAG.NoRouteFound, responseCodeDetails: 'filter_chain_not_found' });
  t.equal(context.shared.open('listener.l.downstream_cx').value, 0);
  unmatched.close();
});

t.test('a chain without filters closes what comes', async (t) => {
  const { context, port } = await serve(t, { filter_chains: [{ filters: [] }] });
  const client = new Client(t, port);
  await until(() => client.over, 'the close');
  t.same(context.stats.counted, {});
});

t.test('connections beyond the limit are closed at once', async (t) => {
  const parts = new ListenerParts();
  const dispatcher = createDispatcher({ clock: systemClock, workerIndex: 0 });
  const context = new FakeContext({ dispatcher, extensions: parts.extensions });
  context.runtimeValues.replace([
    ['envoy.resource_limits.listener.l.connection_limit', { text: '2', number: 2, integer: 2, flag: null, fraction: null }],
  ]);
  const listener = compile(listenerMessage(), context);
  if (listener === null) throw new Error(context.complaints.join('\n'));
  t.teardown(() => listener.close());
  await listen(listener);
  const clients = [new Client(t, portOf(listener)), new Client(t, portOf(listener))];
  await until(() => listener.status().activeConnections === 2, 'two');
  const third = new Client(t, portOf(listener));
  await until(() => third.over, 'the refusal');
  t.equal(context.stats.value(`${PREFIX}downstream_cx_overflow`), 1);
  t.equal(context.stats.value(`${PREFIX}downstream_cx_total`), 2);
  clients[0]?.socket.end();
  await until(() => listener.status().activeConnections === 1, 'a free place');
  const fourth = new Client(t, portOf(listener));
  fourth.socket.write('x');
  await until(() => fourth.text === 'x', 'the echo');
});

t.test('the limit of all listeners holds for each, but those that ask to be left out', async (t) => {
  const parts = new ListenerParts();
  const dispatcher = createDispatcher({ clock: systemClock, workerIndex: 0 });
  const context = new FakeContext({ dispatcher, extensions: parts.extensions, options: { maxDownstreamConnections: 1 } });
  const make = async (message: Message<'envoy.config.listener.v3.Listener'>): Promise<ListenerInstance> => {
    const listener = compile(message, context);
    if (listener === null) throw new Error(context.complaints.join('\n'));
    t.teardown(() => listener.close());
    await listen(listener);
    return listener;
  };
  const [first, second] = [await make(listenerMessage()), await make(listenerMessage({ name: 'm' }))];
  const free = await make(listenerMessage({ name: 'n', ignore_global_conn_limit: true }));
  const one = new Client(t, portOf(first));
  await until(() => first.status().activeConnections === 1, 'the only one');
  const other = new Client(t, portOf(second));
  await until(() => other.over, 'the refusal');
  t.equal(context.stats.value(`${PREFIX}downstream_global_cx_overflow`), 1);
  new Client(t, portOf(free));
  await until(() => free.status().activeConnections === 1, 'one that is not counted');
  one.socket.end();
  await until(() => first.status().activeConnections === 0, 'a free place');
  new Client(t, portOf(second));
  await until(() => second.status().activeConnections === 1, 'its successor');
});

t.test('a listener filter decides before the chain, and what it read reaches the chain', async (t) => {
  const rig = make(t, { listener_filters: [INSPECTOR] });
  const { inspector } = rig.parts;
  inspector.accept = () => LISTENER_NEED_DATA;
  inspector.peek = (accepted, peeked) => {
    if (peeked.length < 4) return LISTENER_NEED_DATA;
    accepted.serverName = 'a.example';
    return peeked.toString().startsWith('bad!') ? LISTENER_CLOSE : LISTENER_CONTINUE;
  };
  await listen(rig.listener);
  const client = new Client(t, portOf(rig.listener));
  client.socket.write('he');
  await until(() => inspector.seen.length === 1, 'a look');
  t.same(rig.context.stats.counted, { [`${PREFIX}downstream_pre_cx_active`]: 1 });
  client.socket.write('llo');
  await until(() => client.text === 'hello', 'the echo');
  client.socket.write(' again');
  await until(() => client.text === 'hello again', 'the echo');
  t.equal(rig.context.stats.value(`${PREFIX}downstream_pre_cx_active`), 0);
  t.equal(rig.parts.echo.filters[0]?.callbacks?.info.downstream.serverName, 'a.example');

  const refused = new Client(t, portOf(rig.listener));
  refused.socket.write('bad!');
  await until(() => refused.over, 'the refusal');
  t.equal(rig.context.stats.value(`${PREFIX}downstream_cx_total`), 1);
});

t.test('time, FIN and RST in front of the chain are counted apart', async (t) => {
  const clock = new FakeClock();
  const dispatcher = createDispatcher({ clock, workerIndex: 0, timersRun: false });
  const rig = make(t, { listener_filters: [INSPECTOR], listener_filters_timeout: '2s', access_log: [LOG] }, dispatcher);
  const { inspector } = rig.parts;
  inspector.accept = () => LISTENER_NEED_DATA;
  inspector.peek = () => LISTENER_NEED_DATA;
  await listen(rig.listener);
  const port = portOf(rig.listener);
  const left = new Client(t, port);
  left.socket.end('x');
  const reset = new Client(t, port);
  reset.socket.write('reset');
  const slow = new Client(t, port);
  slow.socket.write('slow');
  const { stats } = rig.context;
  await until(() => stats.value(`${PREFIX}downstream_listener_filter_remote_close`) === 1, 'FIN');
  await until(() => inspector.seen.includes('reset'), 'a look');
  reset.socket.resetAndDestroy();
  await until(() => stats.value(`${PREFIX}downstream_listener_filter_error`) === 1, 'RST');
  await until(() => inspector.seen.includes('slow'), 'a look');
  clock.advance(2010);
  dispatcher.timers.endTurn();
  dispatcher.timers.advance();
  await until(() => slow.over, 'the timeout');
  t.same(stats.counted, {
    [`${PREFIX}downstream_listener_filter_error`]: 1,
    [`${PREFIX}downstream_listener_filter_remote_close`]: 1,
    [`${PREFIX}downstream_pre_cx_timeout`]: 1,
  });
  t.equal(rig.context.shared.open('listener.l.downstream_cx').value, 0);
  t.equal(rig.parts.log.entries.length, 3, 'each of them is logged');
  t.match(rig.parts.log.entries[0]?.info, { flags: 0, downstream: { listenerName: 'l', filterChainName: '' } });
});

t.test('after the timeout the chain may go on with what was read', async (t) => {
  const clock = new FakeClock();
  const dispatcher = createDispatcher({ clock, workerIndex: 0, timersRun: false });
  const rig = make(t, { listener_filters: [INSPECTOR], continue_on_listener_filters_timeout: true }, dispatcher);
  const { inspector } = rig.parts;
  inspector.accept = () => LISTENER_NEED_DATA;
  inspector.peek = () => LISTENER_NEED_DATA;
  await listen(rig.listener);
  const client = new Client(t, portOf(rig.listener));
  client.socket.write('slow');
  await until(() => inspector.seen.includes('slow'), 'a look');
  clock.advance(15_010);
  dispatcher.timers.endTurn();
  dispatcher.timers.advance();
  await until(() => client.text === 'slow', 'the echo');
  client.socket.write(' more');
  await until(() => client.text === 'slow more', 'the echo');
  t.same(rig.context.stats.value(`${PREFIX}downstream_pre_cx_timeout`), 1);
  t.same(rig.context.stats.value(`${PREFIX}downstream_pre_cx_active`), 0);
});

t.test('draining tells every connection, and either keeps accepting or does not', async (t) => {
  const { listener, port } = await serve(t);
  const early = new Client(t, port);
  early.socket.write('x');
  await until(() => early.text === 'x', 'the echo');
  listener.drain(false);
  await until(() => early.text === 'xdraining\n', 'the word');
  const late = new Client(t, port);
  await until(() => late.text === 'draining\n', 'the word for new ones');
  t.equal(listener.status().state, 'draining');
  listener.drain(true);
  const [error] = (await once(connect({ port, host: '127.0.0.1' }), 'error')) as [NodeJS.ErrnoException];
  t.equal(error.code, 'ECONNREFUSED');
  late.socket.write('still here');
  await until(() => late.text.endsWith('still here'), 'the echo of an old one');
  t.equal(listener.status().activeConnections, 2);
});

t.test('closing ends everything, and the stats are given back when the last connection is counted', async (t) => {
  const rig = await serve(t, { listener_filters: [INSPECTOR], access_log: [LOG] });
  const { inspector } = rig.parts;
  const served = new Client(t, rig.port);
  served.socket.write('x');
  await until(() => served.text === 'x', 'the echo');
  inspector.accept = () => LISTENER_NEED_DATA;
  inspector.peek = () => LISTENER_NEED_DATA;
  const peeked = new Client(t, rig.port);
  peeked.socket.write('y');
  await until(() => inspector.seen.includes('y'), 'a look');
  rig.listener.close();
  rig.listener.close();
  await until(() => served.over && peeked.over, 'both to be closed');
  await until(() => rig.context.stats.released.length === 2, 'the stats to be given back');
  t.same(rig.context.stats.released, [PREFIX, `${PREFIX}worker_0.`]);
  t.equal(rig.parts.log.entries.length, 1, 'the served one was logged');
  t.equal(rig.parts.log.flushed, 1, 'and the log flushed after that');
  t.equal(rig.context.shared.open('listener.l.downstream_cx').value, 0);
});

t.test('a successor takes the socket over: nobody is refused, old connections stay, and a failure changes nothing', async (t) => {
  const old = await serve(t);
  const { port } = old;
  const before = new Client(t, port);
  before.socket.write('x');
  await until(() => before.text === 'x', 'the echo');

  const broken = make(t, { additional_addresses: [{ address: socketAddress('192.0.2.1', 1) }] });
  t.match(await listen(broken.listener, old.listener), { path: 'additional_addresses[0].address' });
  const still = new Client(t, port);
  still.socket.write('y');
  await until(() => still.text === 'y', 'the old one still serves');

  const next = make(t, {}, old.dispatcher);
  t.equal(await listen(next.listener, old.listener), null);
  t.equal(portOf(next.listener), port, 'the same socket, though the configuration says port 0');
  old.listener.drain(true);
  const after = new Client(t, port);
  after.socket.write('z');
  await until(() => after.text === 'z', 'the echo');
  t.equal(next.listener.status().activeConnections, 1);
  t.equal(old.listener.status().activeConnections, 2);
  t.same(old.listener.status().addresses, [`127.0.0.1:${port}`]);
  before.socket.write('old');
  await until(() => before.text === 'xdraining\nold', 'the old connection');
  old.listener.close();
  await until(() => before.over && still.over, 'the old ones to end');
  const last = new Client(t, port);
  last.socket.write('w');
  await until(() => last.text === 'w', 'the echo');
});

t.test('listeners share a port when the worker says so', async (t) => {
  const first = make(t);
  t.equal(await listen(first.listener, null, true), null);
  const second = make(t, { address: socketAddress('127.0.0.1', portOf(first.listener)) });
  t.equal(await listen(second.listener, null, true), null);
});

t.test('a listener that is closed while it binds leaves nothing bound', async (t) => {
  const rig = make(t);
  const done = listen(rig.listener);
  rig.listener.close();
  t.equal(await done, null);
  await turns(5);
  t.equal(rig.listener.status().activeConnections, 0);
});

t.test('a transport socket that takes too long is given up', async (t) => {
  const clock = new FakeClock();
  const dispatcher = createDispatcher({ clock, workerIndex: 0, timersRun: false });
  const rig = make(t, { filter_chains: [{ filters: [ECHO], transport_socket_connect_timeout: '3s' }] }, dispatcher);
  const tcp = rig.listener as TcpListener;
  const [chain] = tcp.settings.chains.all;
  if (chain === undefined) throw new Error('no chain');
  const slow = { ...chain, transport: { name: 'tls', secure: true, ready: true, accept() {} } };
  const listener = new TcpListener(
    { ...tcp.settings, chains: { match: () => slow, all: [slow] } },
    { dispatcher, stats: rig.context.stats, limits: limitsOf(listenerMessage(), rig.context), log: rig.context.loggers.get('x') },
  );
  await listen(listener);
  t.teardown(() => listener.close());
  const client = new Client(t, portOf(listener));
  await until(() => listener.status().activeConnections === 1, 'the connection');
  clock.advance(3010);
  dispatcher.timers.endTurn();
  dispatcher.timers.advance();
  await until(() => client.over, 'the close');
  t.same(rig.context.stats.counted, {
    [`${PREFIX}downstream_cx_destroy`]: 1,
    [`${PREFIX}downstream_cx_total`]: 1,
    [`${PREFIX}downstream_cx_transport_socket_connect_timeout`]: 1,
    [`${PREFIX}worker_0.downstream_cx_total`]: 1,
  });
});
