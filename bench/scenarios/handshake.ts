import { plainHttp } from '../config/envoy.ts';
import { tlsFromClients } from '../config/tls.ts';
import type { Scenario } from '../model.ts';
import { cpuPerRequest, hold, SMALL_GETS } from './figures.ts';

export default {
  name: 'handshake',
  bar: 'TLS',
  title: 'mTLS from the client, a connection and a full handshake (P-256) for each request, 8 at a time',
  probe: 'load',
  shape: 'envoy',
  unit: 'µs CPU / handshake',
  better: 'lower',
  judge: 'best',
  value: cpuPerRequest,
  limits: [hold(1.3, 'envoy')],
  load: { ...SMALL_GETS, tls: true, handshakes: true, connections: 8 },
  certificates: true,
  bootstrap: (wiring) => plainHttp(wiring, {}, { transport_socket: tlsFromClients(wiring.certificates) }),
} satisfies Scenario;
