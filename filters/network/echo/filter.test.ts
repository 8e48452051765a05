import t from 'tap';
import { ipAddress } from '../../../src/base/address.ts';
import { NetworkFilterChain } from '../../../src/net/filter-chain.ts';
import { StreamInfo } from '../../../src/telemetry/stream-info.ts';
import { FakeConnection } from '../../../test/support/connection.ts';
import { EchoFactory } from './filter.ts';

function client(): FakeConnection {
  const connection = new FakeConnection();
  const localAddress = ipAddress('127.0.0.1', 7);
  const downstream = {
    connectionId: 1,
    localAddress,
    directRemoteAddress: localAddress,
    tls: null,
    serverName: '',
    listenerName: 'l',
    filterChainName: '',
  };
  const chain = new NetworkFilterChain(connection, new StreamInfo(downstream, 0, 0), [new EchoFactory()], 0, { onChainClose() {} });
  connection.setCallbacks(chain);
  chain.begin();
  return connection;
}

t.test('what comes goes back, the end too', (t) => {
  const connection = client();
  connection.push('hello');
  t.equal(connection.take(), 'hello');
  t.equal(connection.ended, false);
  connection.pushEnd();
  t.equal(connection.ended, true);
  t.end();
});

t.test('a client that does not take its answers is not read', (t) => {
  const connection = client();
  connection.setBufferLimit(10);
  connection.stopReading();
  connection.push('x'.repeat(11));
  t.equal(connection.readDisabled, 1);
  connection.dispatcher.settle();
  connection.resumeReading();
  t.equal(connection.readDisabled, 0);
  t.end();
});
