import { plainHttp } from '../config/envoy.ts';
import type { Scenario } from '../model.ts';
import { p99, SMALL_GETS } from './figures.ts';

export default {
  name: 'h1-p99',
  bar: 'P9',
  title: 'HTTP/1.1, open loop at half of the lower saturation of Outrigger and Envoy in h1-plain, p99',
  probe: 'load',
  shape: 'http1',
  unit: 'µs p99',
  better: 'lower',
  judge: 'median',
  value: p99,
  limits: [
    { label: 'hold', against: 'envoy', limit: 1000, distance: true },
    { label: 'stretch', against: 'envoy', limit: 0.7 },
  ],
  load: { ...SMALL_GETS, rate: 10_000 },
  rateFrom: { scenario: 'h1-plain', share: 0.5, among: ['outrigger', 'envoy'] },
  rounds: (asked) => asked + 1,
  bootstrap: plainHttp,
} satisfies Scenario;
