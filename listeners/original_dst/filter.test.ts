import type { Socket } from 'node:net';
import t from 'tap';
import { type IpAddress, ipAddress } from '../../src/base/address.ts';
import { AcceptedConnection, LISTENER_CONTINUE } from '../../src/net/listener-filter.ts';
import { OriginalDstFactory } from './filter.ts';

function run(destination: IpAddress | null): AcceptedConnection {
  const accepted = new AcceptedConnection({} as Socket, ipAddress('0.0.0.0', 15001), ipAddress('10.0.0.2', 40000));
  const filter = new OriginalDstFactory({ of: () => destination }).create();
  t.equal(filter.onAccept(accepted), LISTENER_CONTINUE);
  t.equal(filter.maxPeekBytes, 0);
  return accepted;
}

t.test('the address that the client wanted becomes the local one', (t) => {
  t.match(run(ipAddress('10.96.0.1', 443)), { localAddress: { ip: '10.96.0.1', port: 443 }, localAddressRestored: true });
  t.end();
});

t.test('a connection that nobody redirected keeps its address', (t) => {
  t.match(run(null), { localAddress: { ip: '0.0.0.0', port: 15001 }, localAddressRestored: false });
  t.end();
});
