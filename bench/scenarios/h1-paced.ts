import { plainHttp } from '../config/envoy.ts';
import type { Scenario } from '../model.ts';
import { cpuPerRequest, SMALL_GETS } from './figures.ts';

export default {
  name: 'h1-paced',
  bar: null,
  title: 'HTTP/1.1 at 1,000 requests/s, open loop: what a request costs when nothing can be batched, and its p99',
  probe: 'load',
  shape: 'http1',
  unit: 'µs CPU / request',
  better: 'lower',
  judge: 'best',
  value: cpuPerRequest,
  limits: [],
  load: { ...SMALL_GETS, rate: 1000 },
  bootstrap: plainHttp,
} satisfies Scenario;
