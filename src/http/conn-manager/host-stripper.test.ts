import t from 'tap';
import { ManagerFixture, requestHead } from '../../../test/support/http-manager.ts';
import { HostStripper, PORT_ANY, PORT_KEEP, PORT_MATCHING } from './host-stripper.ts';

function through(hosts: HostStripper, host: string, method = 'GET'): string {
  const headers = requestHead('/', {}, method, host);
  hosts.apply(headers, 8080);
  return headers.authority;
}

/** Host, and what Envoy 1.40 makes of it without the port 8080, without any, without the dot, and without dot and port. */
const HOSTS: readonly (readonly [string, string, string, string, string])[] = [
  ['h', 'h', 'h', 'h', 'h'],
  ['h:80', 'h:80', 'h', 'h:80', 'h'],
  ['h:8080', 'h', 'h', 'h:8080', 'h'],
  ['h:08080', 'h', 'h', 'h:08080', 'h'],
  ['h:', 'h:', 'h:', 'h:', 'h:'],
  ['h:abc', 'h:abc', 'h:abc', 'h:abc', 'h:abc'],
  ['H.COM:443', 'H.COM:443', 'H.COM', 'H.COM:443', 'H.COM'],
  ['1.2.3.4:5', '1.2.3.4:5', '1.2.3.4', '1.2.3.4:5', '1.2.3.4'],
  ['[::1]', '[::1]', '[::1]', '[::1]', '[::1]'],
  ['[::1]:8080', '[::1]', '[::1]', '[::1]:8080', '[::1]'],
  ['[::1]:1', '[::1]:1', '[::1]', '[::1]:1', '[::1]'],
  ['h.', 'h.', 'h.', 'h', 'h'],
  ['h.:80', 'h.:80', 'h.', 'h:80', 'h'],
  ['h.:8080', 'h.', 'h.', 'h:8080', 'h'],
  ['h..', 'h..', 'h..', 'h.', 'h.'],
];

t.test('ports and dots go as in Envoy', (t) => {
  for (const [host, matching, any, dot, both] of HOSTS) {
    t.equal(through(new HostStripper(PORT_MATCHING, false), host), matching, `${host}, matching port`);
    t.equal(through(new HostStripper(PORT_ANY, false), host), any, `${host}, any port`);
    t.equal(through(new HostStripper(PORT_KEEP, true), host), dot, `${host}, dot`);
    t.equal(through(new HostStripper(PORT_ANY, true), host), both, `${host}, dot and port`);
  }
  t.end();
});

t.test('what is left is never empty, and an address without brackets has no port', (t) => {
  for (const host of ['.', ':80', '::1', 'a:b:80', '80']) t.equal(through(new HostStripper(PORT_ANY, true), host), host);
  t.end();
});

t.test('a CONNECT keeps the port of its target', (t) => {
  t.equal(through(new HostStripper(PORT_ANY, true), 'h.:443', 'CONNECT'), 'h.:443');
  t.end();
});

t.test('filters see the shorter host', (t) => {
  const fixture = new ManagerFixture({ settings: { hosts: new HostStripper(PORT_MATCHING, true) } });
  const { localAddress } = fixture.connection;
  const port = localAddress.kind === 'ip' ? localAddress.port : 0;
  const headers = requestHead('/', {}, 'GET', `h.:${port}`);
  fixture.request(headers);
  t.equal(headers.authority, 'h');
  t.same(fixture.last.events, ['head /', 'end']);
  t.end();
});
