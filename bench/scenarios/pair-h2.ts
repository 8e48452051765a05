import { pairOfSidecars } from '../config/pair.ts';
import type { Scenario } from '../model.ts';
import { cpuPerRequest, SMALL_GETS } from './figures.ts';

export default {
  name: 'pair-h2',
  bar: null,
  title: 'Two sidecars (both counted), HTTP/1.1 at the ends, HTTP/2 with mTLS between them, Istio access logs, 50 connections',
  probe: 'load',
  shape: 'envoy',
  unit: 'µs CPU / request',
  better: 'lower',
  judge: 'best',
  value: cpuPerRequest,
  limits: [],
  load: SMALL_GETS,
  certificates: true,
  bootstrap: (wiring) => pairOfSidecars(wiring, 'h2'),
} satisfies Scenario;
