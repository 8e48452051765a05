import { connect, type Socket } from 'node:net';
import t, { type Test } from 'tap';
import { ipAddress } from '../../src/base/address.ts';
import { FakeClock } from '../../src/base/clock.ts';
import { createDispatcher, type EventLoop } from '../../src/net/event-loop.ts';
import { AcceptedConnection, LISTENER_CLOSE, LISTENER_CONTINUE, LISTENER_NEED_DATA } from '../../src/net/listener-filter.ts';
import { Inspector } from '../../test/support/listener-doubles.ts';
import { listenTo, turns, until } from '../../test/support/sockets.ts';
import { type PeekFailure, type PeekOwner, PeekRun } from './peek.ts';

class Owner implements PeekOwner {
  readonly results: string[] = [];
  run: PeekRun | null = null;

  onPeekDone(_run: PeekRun, peeked: Buffer | null): void {
    this.results.push(`done ${peeked === null ? 'nothing' : peeked.toString('latin1')}`);
  }

  onPeekFailed(_run: PeekRun, failure: PeekFailure): void {
    this.results.push(failure);
  }
}

interface Rig {
  readonly owner: Owner;
  readonly client: Socket;
  readonly socket: Socket;
  readonly dispatcher: EventLoop;
  readonly clock: FakeClock;
  readonly run: PeekRun;
}

async function start(t: Test, filters: readonly Inspector[], timeoutMs = 15_000, before: Buffer | null = null): Promise<Rig> {
  const clock = new FakeClock();
  const dispatcher = createDispatcher({ clock, workerIndex: 0, timersRun: false });
  const owner = new Owner();
  let socket: Socket | null = null;
  let run: PeekRun | null = null;
  const { server, port } = await listenTo((accepted) => {
    socket = accepted;
    const address = ipAddress('127.0.0.1', 1);
    const entries = filters.map((filter) => ({ factory: { name: filter.name, create: () => filter }, disabled: filter.disabled }));
    run = new PeekRun(dispatcher, new AcceptedConnection(accepted, address, address), entries, owner, before, false);
    run.start(timeoutMs);
  });
  const client = connect({ port, host: '127.0.0.1', noDelay: true });
  client.on('error', () => {});
  t.teardown(() => {
    server.close();
    client.destroy();
    socket?.destroy();
  });
  await until(() => run !== null, 'the connection');
  return { owner, client, socket: socket as unknown as Socket, dispatcher, clock, run: run as unknown as PeekRun };
}

t.test('filters that look at no bytes are done at once', async (t) => {
  const filter = new Inspector();
  filter.accept = (accepted) => {
    accepted.transportProtocol = 'raw_buffer';
    return LISTENER_CONTINUE;
  };
  const { owner, run, socket } = await start(t, [filter, new Inspector()]);
  t.same(owner.results, ['done nothing']);
  t.equal(run.accepted.transportProtocol, 'raw_buffer');
  t.equal(socket.listenerCount('readable'), 0, 'nothing was read');
});

t.test('a filter is shown a longer prefix until it is content, and nothing is lost', async (t) => {
  const filter = new Inspector();
  filter.accept = () => LISTENER_NEED_DATA;
  filter.peek = (_accepted, peeked) => (peeked.length < 3 ? LISTENER_NEED_DATA : LISTENER_CONTINUE);
  const { owner, client } = await start(t, [filter]);
  client.write('a');
  await until(() => filter.seen.length === 1, 'the first look');
  client.write('b');
  await until(() => filter.seen.length === 2, 'the second');
  client.write('cd');
  await until(() => owner.results.length > 0, 'the end');
  t.same(filter.seen, ['a', 'ab', 'abcd']);
  t.same(owner.results, ['done abcd']);
});

t.test('what one filter consumed the next does not see; what it left, the next sees at once', async (t) => {
  const first = new Inspector();
  first.accept = () => LISTENER_NEED_DATA;
  first.peek = () => {
    first.consumed = 6;
    return LISTENER_CONTINUE;
  };
  const second = new Inspector();
  second.accept = () => LISTENER_NEED_DATA;
  const { owner, client } = await start(t, [first, second]);
  client.write('PROXY GET /');
  await until(() => owner.results.length > 0, 'the end');
  t.same(first.seen, ['PROXY GET /']);
  t.same(second.seen, ['GET /']);
  t.same(owner.results, ['done GET /']);
});

t.test('a filter may consume everything, and the next waits for more', async (t) => {
  const first = new Inspector();
  first.accept = () => LISTENER_NEED_DATA;
  first.peek = () => {
    first.consumed = 5;
    return LISTENER_CONTINUE;
  };
  const second = new Inspector();
  second.accept = () => LISTENER_NEED_DATA;
  const { owner, client } = await start(t, [first, second]);
  client.write('PROXY');
  await until(() => first.seen.length > 0, 'the first');
  t.same(owner.results, []);
  client.write('rest');
  await until(() => owner.results.length > 0, 'the end');
  t.same(owner.results, ['done rest']);
});

t.test('a filter that refuses, a peer that leaves and a reset are told apart', async (t) => {
  const refuse = new Inspector();
  refuse.accept = () => LISTENER_CLOSE;
  t.same((await start(t, [refuse])).owner.results, ['refused']);

  const wait = (): Inspector => {
    const filter = new Inspector();
    filter.accept = () => LISTENER_NEED_DATA;
    filter.peek = () => LISTENER_NEED_DATA;
    return filter;
  };
  const left = await start(t, [wait()]);
  left.client.end('x');
  await until(() => left.owner.results.length > 0, 'the end');
  t.same(left.owner.results, ['remote close']);

  const reset = await start(t, [wait()]);
  reset.client.resetAndDestroy();
  await until(() => reset.owner.results.length > 0, 'the end');
  t.same(reset.owner.results, ['error']);
  t.equal(reset.socket.destroyed, true);
});

t.test('time that is up is reported once, with what was peeked', async (t) => {
  const filter = new Inspector();
  filter.accept = () => LISTENER_NEED_DATA;
  filter.peek = () => LISTENER_NEED_DATA;
  const { owner, client, clock, dispatcher, run } = await start(t, [filter], 100);
  client.write('abc');
  await until(() => filter.seen.length > 0, 'a look');
  clock.advance(90);
  dispatcher.timers.endTurn();
  dispatcher.timers.advance();
  t.same(owner.results, []);
  clock.advance(20);
  dispatcher.timers.endTurn();
  dispatcher.timers.advance();
  t.same(owner.results, ['timeout']);
  t.equal(run.giveUp()?.toString(), 'abc');
  client.write('more');
  client.end();
  await turns(20);
  t.same(owner.results, ['timeout']);
});

t.test('a filter that cannot decide with all it asked for is shown no more', async (t) => {
  const filter = new Inspector();
  filter.maxPeekBytes = 4;
  filter.accept = () => LISTENER_NEED_DATA;
  filter.peek = () => LISTENER_NEED_DATA;
  const { owner, client, socket } = await start(t, [filter]);
  client.write('abcd');
  await until(() => filter.seen.length > 0, 'a look');
  const flood = Buffer.alloc(1_000_000);
  for (let i = 0; i < 20; i++) client.write(flood);
  await turns(200);
  t.same(filter.seen, ['abcd']);
  t.same(owner.results, []);
  t.ok(socket.readableLength <= 262_144, `${socket.readableLength} bytes wait in the process`);
});

t.test('a filter that is left out for a connection is not even made', async (t) => {
  const skipped = new Inspector();
  skipped.accept = () => LISTENER_CLOSE;
  skipped.disabled = { matches: (accepted) => accepted.transportProtocol === 'tls' };
  const first = new Inspector();
  first.accept = (accepted) => {
    accepted.transportProtocol = 'tls';
    return LISTENER_CONTINUE;
  };
  t.same((await start(t, [first, skipped])).owner.results, ['done nothing'], 'the predicate sees what the filters before found out');
  t.same((await start(t, [skipped])).owner.results, ['refused']);
});

t.test('what another listener peeked is shown first', async (t) => {
  const filter = new Inspector();
  filter.accept = () => LISTENER_NEED_DATA;
  filter.peek = (_accepted, peeked) => (peeked.length < 6 ? LISTENER_NEED_DATA : LISTENER_CONTINUE);
  const { owner, client } = await start(t, [filter], 0, Buffer.from('abc'));
  client.write('def');
  await until(() => owner.results.length > 0, 'the end');
  t.same(filter.seen, ['abc', 'abcdef']);
  t.same(owner.results, ['done abcdef']);
});

t.test('single bytes are gathered in order, also behind a header that was consumed', async (t) => {
  const first = new Inspector();
  first.accept = () => LISTENER_NEED_DATA;
  first.peek = (_accepted, peeked) => {
    first.consumed = 2;
    return peeked.length < 3 ? LISTENER_NEED_DATA : LISTENER_CONTINUE;
  };
  const second = new Inspector();
  second.maxPeekBytes = 10_000;
  second.accept = () => LISTENER_NEED_DATA;
  second.peek = (_accepted, peeked) => (peeked.length < 3001 ? LISTENER_NEED_DATA : LISTENER_CONTINUE);
  const { owner, client } = await start(t, [first, second]);
  let sent = '';
  for (const byte of ['P', '\n', 'x']) {
    sent += byte;
    client.write(byte);
    await until(() => first.seen.at(-1) === sent, 'a look');
  }
  let expected = 'x';
  for (let i = 0; i < 30; i++) {
    const piece = String(i % 10).repeat(100);
    expected += piece;
    client.write(piece);
    await until(() => second.seen.at(-1) === expected, 'a look');
  }
  t.same(owner.results, [`done ${expected}`]);
});

t.test('a run that was cancelled says nothing', async (t) => {
  const filter = new Inspector();
  filter.accept = () => LISTENER_NEED_DATA;
  const { owner, client, run } = await start(t, [filter]);
  run.cancel();
  client.end('x');
  await turns(20);
  t.same(owner.results, []);
});
