import { plainHttp } from '../config/envoy.ts';
import { ACCESS_LOG } from '../config/sidecar.ts';
import { tlsFromClients } from '../config/tls.ts';
import type { Scenario } from '../model.ts';
import { cpuPerRequest, hold, SMALL_GETS } from './figures.ts';

export default {
  name: 'mtls-down',
  bar: 'TLS',
  title: 'HTTP/1.1, mTLS from the client, plain routing, Istio access log, 50 connections, 1 KiB replies',
  probe: 'load',
  shape: 'envoy',
  unit: 'µs CPU / request',
  better: 'lower',
  judge: 'best',
  value: cpuPerRequest,
  limits: [hold(0.6, 'envoy')],
  load: { ...SMALL_GETS, tls: true },
  certificates: true,
  bootstrap: (wiring) => plainHttp(wiring, {}, { transport_socket: tlsFromClients(wiring.certificates) }, { access_log: ACCESS_LOG }),
} satisfies Scenario;
