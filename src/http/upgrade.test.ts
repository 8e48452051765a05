import t from 'tap';
import { Headers } from './headers.ts';
import {
  asksForTunnel,
  fromExtendedConnect,
  fromExtendedConnectResponse,
  grantsTunnel,
  h2Method,
  h2Status,
  ruleFor,
  upgradeType,
} from './upgrade.ts';

function request(method: string, protocol = ''): Headers {
  const headers = new Headers();
  headers.method = method;
  headers.protocol = protocol;
  return headers;
}

function response(status: number): Headers {
  const headers = new Headers();
  headers.status = status;
  return headers;
}

t.test('an extended CONNECT is an upgrade between the codecs, and an upgrade leaves as one', (t) => {
  const headers = request('CONNECT', 'websocket');
  fromExtendedConnect(headers);
  t.equal(headers.method, 'GET');
  t.equal(headers.protocol, 'websocket');
  t.equal(h2Method(headers), 'CONNECT');
  t.equal(h2Method(request('POST', 'tcp')), 'CONNECT');
  t.equal(h2Method(request('GET')), 'GET');
  const plain = request('CONNECT');
  fromExtendedConnect(plain);
  t.equal(plain.method, 'CONNECT');
  t.end();
});

t.test('101 and 200 mean the same to an upgrade, and only to one', (t) => {
  t.equal(h2Status(response(101)), 200);
  t.equal(h2Status(response(404)), 404);
  const granted = response(200);
  fromExtendedConnectResponse(granted, 'websocket');
  t.match(granted, { status: 101, protocol: 'websocket' });
  const refused = response(403);
  fromExtendedConnectResponse(refused, 'websocket');
  t.match(refused, { status: 403, protocol: '' });
  const plain = response(200);
  fromExtendedConnectResponse(plain, '');
  t.match(plain, { status: 200, protocol: '' });
  t.end();
});

t.test('who asks for a tunnel, and what grants it', (t) => {
  t.equal(asksForTunnel(request('GET')), false);
  t.equal(asksForTunnel(request('CONNECT')), true);
  t.equal(asksForTunnel(request('GET', 'x')), true);
  t.equal(upgradeType(request('CONNECT')), 'connect');
  t.equal(upgradeType(request('GET', 'WebSocket')), 'websocket');
  t.equal(grantsTunnel(request('GET', 'x'), 101), true);
  t.equal(grantsTunnel(request('GET', 'x'), 200), false);
  t.equal(grantsTunnel(request('CONNECT'), 204), true);
  t.equal(grantsTunnel(request('CONNECT'), 403), false);
  t.equal(grantsTunnel(request('GET'), 200), false);
  const rules = [{ type: 'a', enabled: false }];
  t.equal(ruleFor(rules, 'a'), rules[0]);
  t.equal(ruleFor(rules, 'b'), null);
  t.end();
});
