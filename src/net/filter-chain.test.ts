import t from 'tap';
import { FakeConnection } from '../../test/support/connection.ts';
import { FakeDispatcher } from '../../test/support/dispatcher.ts';
import { type DownstreamInfo, StreamInfo } from '../telemetry/stream-info.ts';
import { CLOSE_NO_FLUSH, type ClosedBy } from './connection.ts';
import { NETWORK_CONTINUE, NETWORK_STOP, type NetworkFilter, type NetworkFilterCallbacks, type NetworkStatus } from './filter.ts';
import { NetworkFilterChain } from './filter-chain.ts';

/** Writes down what it is told, and answers what the test said. */
class Recorder implements NetworkFilter {
  readonly name: string;
  readonly log: string[];
  callbacks: NetworkFilterCallbacks | null = null;
  onNew: NetworkStatus = NETWORK_CONTINUE;
  answer: NetworkStatus = NETWORK_CONTINUE;

  constructor(name: string, log: string[]) {
    this.name = name;
    this.log = log;
  }

  onNewConnection(callbacks: NetworkFilterCallbacks): NetworkStatus {
    this.callbacks = callbacks;
    this.log.push(`${this.name} new`);
    return this.onNew;
  }

  onData(buffer: Buffer, start: number, end: number): NetworkStatus {
    this.log.push(`${this.name} ${buffer.toString('latin1', start, end)}`);
    return this.answer;
  }

  onEnd(): void {
    this.log.push(`${this.name} end`);
  }

  onClose(by: number): void {
    this.log.push(`${this.name} close ${by}`);
  }

  onAboveHighWatermark(): void {
    this.log.push(`${this.name} high`);
  }

  onBelowLowWatermark(): void {
    this.log.push(`${this.name} low`);
  }

  onDrain(): void {
    this.log.push(`${this.name} drain`);
  }
}

interface Rig {
  readonly connection: FakeConnection;
  readonly chain: NetworkFilterChain;
  readonly filters: [Recorder, Recorder, Recorder];
  readonly log: string[];
}

function setUp(limit = 0): Rig {
  const log: string[] = [];
  const filters: [Recorder, Recorder, Recorder] = [new Recorder('a', log), new Recorder('b', log), new Recorder('c', log)];
  const connection = new FakeConnection(new FakeDispatcher());
  const downstream: DownstreamInfo = {
    connectionId: connection.id,
    localAddress: connection.localAddress,
    directRemoteAddress: connection.remoteAddress,
    tls: null,
    serverName: '',
    listenerName: 'l',
    filterChainName: '',
  };
  const factories = filters.map((filter, i) => ({ name: filter.name, terminal: i === 2, create: () => filter }));
  const owner = { onChainClose: (by: ClosedBy) => log.push(`owner close ${by}`) };
  const chain = new NetworkFilterChain(connection, new StreamInfo(downstream, 0, 0), factories, limit, owner);
  connection.setCallbacks(chain);
  return { connection, chain, filters, log };
}

t.test('filters see the connection and its bytes in their order', (t) => {
  const { connection, chain, log } = setUp();
  chain.begin();
  connection.push('x');
  connection.pushEnd();
  t.same(log, ['a new', 'b new', 'c new', 'a x', 'b x', 'c x', 'a end', 'b end', 'c end']);
  t.end();
});

t.test('a filter that stops on a new connection keeps it from those behind until it continues', (t) => {
  const { connection, chain, filters, log } = setUp();
  filters[1].onNew = NETWORK_STOP;
  filters[1].answer = NETWORK_STOP;
  chain.begin();
  connection.push('1');
  connection.push('2');
  connection.pushEnd();
  t.same(log, ['a new', 'b new', 'a 1', 'b 1', 'a 2', 'b 2', 'a end', 'b end']);
  log.length = 0;
  filters[1].callbacks?.continueReading();
  t.same(log, ['c new', 'c 1', 'c 2', 'c end']);
  filters[1].callbacks?.continueReading();
  t.equal(log.length, 4, 'continuing twice does no harm');
  t.end();
});

t.test('a filter that answers CONTINUE to later data resumes by that', (t) => {
  const { connection, chain, filters, log } = setUp();
  filters[0].answer = NETWORK_STOP;
  chain.begin();
  connection.push('1');
  filters[0].answer = NETWORK_CONTINUE;
  log.length = 0;
  connection.push('2');
  t.same(log, ['a 2', 'b 1', 'c 1', 'b 2', 'c 2']);
  t.end();
});

t.test('two filters may hold back different bytes, and nothing changes its order', (t) => {
  const { connection, chain, filters, log } = setUp();
  filters[1].answer = NETWORK_STOP;
  chain.begin();
  connection.push('1');
  filters[0].answer = NETWORK_STOP;
  connection.push('2');
  log.length = 0;
  filters[1].answer = NETWORK_CONTINUE;
  filters[1].callbacks?.continueReading();
  t.same(log, ['c 1']);
  filters[0].callbacks?.continueReading();
  t.same(log, ['c 1', 'b 2', 'c 2']);
  t.end();
});

t.test('held bytes beyond the buffer limit stop reading until they are gone', (t) => {
  const { connection, chain, filters, log } = setUp(10);
  filters[0].answer = NETWORK_STOP;
  chain.begin();
  connection.push('0123456789');
  t.equal(connection.readDisabled, 0);
  connection.push('x');
  t.equal(connection.readDisabled, 1);
  connection.push('later');
  log.length = 0;
  filters[0].answer = NETWORK_CONTINUE;
  filters[0].callbacks?.continueReading();
  t.equal(connection.readDisabled, 0);
  connection.dispatcher.settle();
  t.same(
    log.filter((line) => line.startsWith('c')),
    ['c 0123456789', 'c x', 'c later'],
  );
  t.end();
});

t.test('a filter that closes the connection ends the round', (t) => {
  const { connection, chain, filters, log } = setUp();
  chain.begin();
  filters[1].onData = () => {
    connection.close(CLOSE_NO_FLUSH);
    return NETWORK_CONTINUE;
  };
  connection.push('x');
  t.same(log.slice(3), ['a x']);
  connection.dispatcher.settle();
  t.same(log.slice(4), ['a close 0', 'b close 0', 'c close 0', 'owner close 0']);
  filters[0].callbacks?.continueReading();
  t.equal(log.length, 8);
  t.end();
});

t.test('filters that never saw the connection do not hear of its end', (t) => {
  const { connection, chain, filters, log } = setUp();
  filters[0].onNew = NETWORK_STOP;
  filters[0].answer = NETWORK_STOP;
  chain.begin();
  connection.push('x');
  chain.drain();
  connection.fail();
  t.same(log, ['a new', 'a x', 'a drain', 'a close 1', 'owner close 1']);
  t.end();
});

t.test('watermarks and draining reach every filter', (t) => {
  const { connection, chain, filters, log } = setUp();
  chain.begin();
  log.length = 0;
  connection.setBufferLimit(2);
  connection.stopReading();
  connection.write(Buffer.from('abc'));
  connection.dispatcher.settle();
  connection.resumeReading();
  chain.drain();
  t.same(log, ['a high', 'b high', 'c high', 'a low', 'b low', 'c low', 'a drain', 'b drain', 'c drain']);
  t.equal(filters[0].callbacks?.connection, connection);
  t.equal(filters[0].callbacks?.info, chain.info);
  t.end();
});
