import { X509Certificate } from 'node:crypto';
import t from 'tap';
import { ask, FakeView } from '../../test/support/admin-view.ts';
import { Authority } from '../../test/support/pki.ts';
import { ipAddress } from '../base/address.ts';
import { startAdmin } from './server.ts';

const DAY = 86_400_000;
/** Certificates count in whole seconds. */
const now = Math.floor(Date.now() / 1000) * 1000;
const ca = new Authority('root');
const leaf = ca.issue({
  cn: 'leaf',
  sans: ['URI:spiffe://td/ns/a/sa/b', 'DNS:a.test', 'IP:127.0.0.1', 'IP:fe80::1', 'URI:odd,"x', 'email:a@b'],
  notBefore: now - DAY,
  notAfter: now + 10 * DAY + 60_000,
});
const expired = ca.issue({ cn: 'old', notBefore: now - 2 * DAY, notAfter: now - DAY });

const time = (ms: number) => new Date(ms).toISOString().replace('.000Z', 'Z');
const serial = (pem: string) => new X509Certificate(pem).serialNumber.toLowerCase();

t.test('/certs lists the certificates of every context as Envoy does', async (t) => {
  const view = new FakeView();
  view.contexts = [
    {
      certificates: [
        { path: '<inline>', pem: leaf.certificate + ca.certificate },
        { path: '/etc/old.pem', pem: expired.certificate },
      ],
      roots: { path: '/etc/ca.pem', pem: ca.certificate },
    },
    { certificates: [], roots: null },
  ];
  const server = await startAdmin({ address: ipAddress('127.0.0.1', 0), view, loggers: view.loggers });
  t.teardown(() => server.close());
  const { body } = await ask(server, '/certs');
  t.match(body, '"path": "\\u003cinline\\u003e"');
  const [first, second] = JSON.parse(body).certificates;
  t.match(first.ca_cert, [{ path: '/etc/ca.pem', serial_number: serial(ca.certificate), subject_alt_names: [] }]);
  t.same(first.cert_chain, [
    {
      path: '<inline>',
      serial_number: serial(leaf.certificate),
      subject_alt_names: [
        { dns: 'a.test' },
        { uri: 'spiffe://td/ns/a/sa/b' },
        { uri: 'odd,"x' },
        { ip_address: '127.0.0.1' },
        { ip_address: 'fe80::1' },
      ],
      days_until_expiration: '10',
      valid_from: time(now - DAY),
      expiration_time: time(now + 10 * DAY + 60_000),
    },
    {
      path: '/etc/old.pem',
      serial_number: serial(expired.certificate),
      subject_alt_names: [],
      days_until_expiration: '0',
      valid_from: time(now - 2 * DAY),
      expiration_time: time(now - DAY),
    },
  ]);
  t.same(second, { ca_cert: [], cert_chain: [] });
});
