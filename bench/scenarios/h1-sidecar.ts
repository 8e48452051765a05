import { sidecar } from '../config/sidecar.ts';
import type { Scenario } from '../model.ts';
import { cpuPerRequest, SMALL_GETS } from './figures.ts';

export default {
  name: 'h1-sidecar',
  bar: null,
  title: 'HTTP/1.1 outbound sidecar without TLS: weighted routes, timeouts, fault filter, Istio access log',
  probe: 'load',
  shape: 'envoy',
  unit: 'µs CPU / request',
  better: 'lower',
  judge: 'best',
  value: cpuPerRequest,
  limits: [],
  load: SMALL_GETS,
  bootstrap: sidecar,
} satisfies Scenario;
