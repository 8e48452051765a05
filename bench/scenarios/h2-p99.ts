import { HTTP2_UPSTREAM, plainHttp } from '../config/envoy.ts';
import type { Scenario } from '../model.ts';
import { MESH_STREAMS, p99 } from './figures.ts';

export default {
  name: 'h2-p99',
  bar: 'P4',
  title: 'HTTP/2, open loop at half of the lower saturation of Outrigger and Envoy in h2-mesh, p99',
  probe: 'load',
  shape: 'http2',
  unit: 'µs p99',
  better: 'lower',
  judge: 'median',
  value: p99,
  limits: [{ label: 'hold', against: 'envoy', limit: 1000, distance: true }],
  load: { ...MESH_STREAMS, rate: 10_000 },
  rateFrom: { scenario: 'h2-mesh', share: 0.5, among: ['outrigger', 'envoy'] },
  rounds: (asked) => asked + 1,
  bootstrap: (wiring) => plainHttp(wiring, HTTP2_UPSTREAM),
} satisfies Scenario;
