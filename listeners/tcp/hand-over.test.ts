/** `use_original_dst`: connections go to the listener of the address that their client wanted. */
import { connect, type Socket } from 'node:net';
import t, { type Test } from 'tap';
import type { JsonInput } from '../../src/api/index.ts';
import { ipAddress } from '../../src/base/address.ts';
import { systemClock } from '../../src/base/clock.ts';
import { createDispatcher, type EventLoop } from '../../src/net/event-loop.ts';
import { LISTENER_CONTINUE, LISTENER_NEED_DATA } from '../../src/net/listener-filter.ts';
import type { ListenerInstance } from '../../src/upstream/instances.ts';
import { FakeContext } from '../../test/support/factory-context.ts';
import { Restorer } from '../../test/support/listener-doubles.ts';
import { turns, until } from '../../test/support/sockets.ts';
import { ECHO, INSPECTOR, ListenerParts, LOG, listenerMessage, socketAddress } from '../../test/support/tcp-listener.ts';
import { compile } from './config.ts';

/** One worker with a listener that connections are redirected to, and others. */
class Rig {
  readonly restorer = new Restorer();
  readonly dispatcher: EventLoop = createDispatcher({ clock: systemClock, workerIndex: 0 });
  readonly context: FakeContext;
  readonly parts = new ListenerParts();
  readonly test: Test;
  port = 0;

  constructor(test: Test) {
    this.test = test;
    this.context = new FakeContext({ dispatcher: this.dispatcher, extensions: [...this.parts.extensions, this.restorer.definition] });
  }

  async listener(
    name: string,
    more: { [key: string]: JsonInput },
    takeOverFrom: ListenerInstance | null = null,
  ): Promise<ListenerInstance> {
    const listener = compile(listenerMessage({ name, access_log: [LOG], ...more }), this.context);
    if (listener === null) throw new Error(this.context.complaints.join('\n'));
    this.test.teardown(() => listener.close());
    const problem = await new Promise((resolve) => listener.listen({ reusePort: false, takeOverFrom }, resolve));
    if (problem !== null) throw new Error(String(problem));
    return listener;
  }

  async outbound(more: { [key: string]: JsonInput } = {}): Promise<ListenerInstance> {
    const listener = await this.listener('outbound', { use_original_dst: true, stat_prefix: 'outbound', ...more });
    this.port = Number(listener.status().addresses[0]?.split(':')[1]);
    return listener;
  }

  virtual(name: string, ip: string, port: number, more: { [key: string]: JsonInput } = {}): Promise<ListenerInstance> {
    return this.listener(name, { address: socketAddress(ip, port), bind_to_port: false, stat_prefix: name, ...more });
  }

  /** The listener that served a redirected connection, which must echo. */
  async servedBy(ip: string, port: number): Promise<string> {
    this.restorer.destination = ip === '' ? null : ipAddress(ip, port);
    const { entries } = this.parts.log;
    const before = entries.length;
    const socket = this.client();
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    socket.end('hello');
    await until(() => entries.length > before, 'the log line');
    const downstream = entries.at(-1)?.info.downstream;
    if (text === '') return `closed by ${downstream?.listenerName}`;
    return downstream?.listenerName ?? '';
  }

  client(): Socket {
    const socket = connect({ port: this.port, host: '127.0.0.1', allowHalfOpen: true });
    socket.on('error', () => {});
    this.test.teardown(() => socket.destroy());
    return socket;
  }
}

t.test('the exact address, then the wildcard of the port, then the listener itself', async (t) => {
  const rig = new Rig(t);
  await rig.outbound();
  await rig.virtual('any', '0.0.0.0', 443);
  await rig.virtual('vip', '10.96.0.1', 443);
  t.equal(await rig.servedBy('10.96.0.1', 443), 'vip');
  t.equal(await rig.servedBy('10.96.0.7', 443), 'any');
  t.equal(await rig.servedBy('10.96.0.1', 80), 'outbound');
  t.equal(await rig.servedBy('', 0), 'outbound', 'the kernel knows of no other destination');
  t.match(rig.context.stats.counted, {
    'listener.vip.downstream_cx_total': 1,
    'listener.any.downstream_cx_total': 1,
    'listener.outbound.downstream_cx_total': 2,
  });
  t.equal(rig.context.stats.counted['listener.outbound.downstream_pre_cx_active'], undefined);
  for (const name of ['outbound', 'any', 'vip']) {
    await until(() => rig.context.shared.open(`listener.${name}.downstream_cx`).value === 0, `${name} to be idle`);
  }
});

t.test('it sees where the client wanted to go, and is not handed over again', async (t) => {
  const rig = new Rig(t);
  await rig.outbound();
  await rig.virtual('vip', '10.96.0.1', 443, { use_original_dst: true });
  await rig.virtual('other', '10.96.0.2', 443);
  t.equal(await rig.servedBy('10.96.0.1', 443), 'vip');
  t.match(rig.parts.log.entries[0]?.info.downstream, {
    localAddress: { ip: '10.96.0.1', port: 443 },
    originalDestination: { ip: '10.96.0.1', port: 443 },
  });
  await rig.servedBy('', 0);
  t.equal(rig.parts.log.entries[1]?.info.downstream.originalDestination, null);
});

t.test('without use_original_dst the listener keeps what was redirected', async (t) => {
  const rig = new Rig(t);
  await rig.outbound({ use_original_dst: false, listener_filters: [{ name: 'envoy.filters.listener.original_dst' }] });
  await rig.virtual('any', '0.0.0.0', 443);
  t.equal(await rig.servedBy('10.96.0.1', 443), 'outbound');
});

t.test('the filters of both listeners run, and what the first ones read is not lost', async (t) => {
  const rig = new Rig(t);
  const { inspector } = rig.parts;
  inspector.accept = () => LISTENER_NEED_DATA;
  inspector.peek = (_accepted, peeked) => (peeked.length < 3 ? LISTENER_NEED_DATA : LISTENER_CONTINUE);
  await rig.outbound({ listener_filters: [INSPECTOR] });
  await rig.virtual('any', '0.0.0.0', 443, { listener_filters: [INSPECTOR] });
  rig.restorer.destination = ipAddress('10.0.0.1', 443);
  const client = rig.client();
  let text = '';
  client.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  client.write('hel');
  await until(() => inspector.seen.length === 2, 'both looks');
  client.write('lo');
  await until(() => text === 'hello', 'the echo');
  t.same(inspector.seen, ['hel', 'hel']);
});

t.test('a listener that is replaced while connections come is found at every moment', async (t) => {
  const rig = new Rig(t);
  const outbound = await rig.outbound();
  const before = await rig.virtual('vip', '10.96.0.1', 443);
  t.equal(await rig.servedBy('10.96.0.1', 443), 'vip');
  const after = await rig.virtual('vip', '10.96.0.1', 443, { name: 'vip 2' });
  before.drain(true);
  t.equal(await rig.servedBy('10.96.0.1', 443), 'vip 2');
  before.close();
  t.equal(await rig.servedBy('10.96.0.1', 443), 'vip 2');
  after.drain(false);
  t.equal(await rig.servedBy('10.96.0.1', 443), 'vip 2', 'a graceful drain still takes connections');
  after.drain(true);
  t.equal(await rig.servedBy('10.96.0.1', 443), 'outbound', 'nobody is there any more');

  const next = await rig.listener('outbound 2', { use_original_dst: true, stat_prefix: 'outbound' }, outbound);
  outbound.drain(true);
  await rig.virtual('vip 3', '10.96.0.1', 443);
  t.equal(await rig.servedBy('10.96.0.1', 443), 'vip 3', 'the other end may be replaced too');
  next.close();
});

t.test('a connection in the middle of being looked at goes where the listener is then', async (t) => {
  const rig = new Rig(t);
  const { inspector } = rig.parts;
  inspector.accept = () => LISTENER_NEED_DATA;
  inspector.peek = () => LISTENER_CONTINUE;
  await rig.outbound({ listener_filters: [INSPECTOR] });
  rig.restorer.destination = ipAddress('10.0.0.1', 443);
  const client = rig.client();
  await until(() => rig.context.stats.value('listener.outbound.downstream_pre_cx_active') === 1, 'the connection');
  const late = await rig.virtual('late', '10.0.0.1', 443);
  client.write('x');
  await until(() => late.status().activeConnections === 1, 'the hand-over');
  client.destroy();
  await until(() => late.status().activeConnections === 0, 'the end');
  await turns(1);
  t.equal(rig.context.stats.value('listener.outbound.downstream_pre_cx_active'), 0);
});

t.test('a listener that does not bind has no ports to ask for', async (t) => {
  const rig = new Rig(t);
  const virtual = await rig.virtual('v', '192.0.2.1', 80, { filter_chains: [{ filters: [ECHO] }] });
  t.match(virtual.status(), { addresses: ['192.0.2.1:80'], state: 'active' });
});
