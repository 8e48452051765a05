import t from 'tap';
import { ipAddress } from '../../../src/base/address.ts';
import { NetworkFilterChain } from '../../../src/net/filter-chain.ts';
import { StreamInfo } from '../../../src/telemetry/stream-info.ts';
import { FakeConnection } from '../../../test/support/connection.ts';
import { DirectResponseFactory } from './filter.ts';

t.test('a client gets the bytes and is let go', (t) => {
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
  const info = new StreamInfo(downstream, 0, 0);
  const factory = new DirectResponseFactory(Buffer.from('hello'));
  const chain = new NetworkFilterChain(connection, info, [factory], 0, { onChainClose() {} });
  connection.setCallbacks(chain);
  chain.begin();
  t.equal(connection.take(), 'hello');
  t.equal(connection.open, false);
  t.equal(info.responseCodeDetails, 'direct_response');
  t.match(factory, { name: 'envoy.filters.network.direct_response', terminal: true });
  t.end();
});
