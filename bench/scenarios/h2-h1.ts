import { plainHttp } from '../config/envoy.ts';
import type { Scenario } from '../model.ts';
import { cpuPerRequest, hold, MESH_STREAMS, stretch } from './figures.ts';

export default {
  name: 'h2-h1',
  bar: 'P4',
  title: 'Cleartext HTTP/2 from the client, HTTP/1.1 to the service, fifteen headers, 10 connections × 10 streams, 1 KiB replies',
  probe: 'load',
  shape: 'http2',
  unit: 'µs CPU / request',
  better: 'lower',
  judge: 'best',
  value: cpuPerRequest,
  limits: [hold(0.45, 'envoy'), stretch(1.3, 'haproxy')],
  load: MESH_STREAMS,
  service: 'h1',
  bootstrap: (wiring) => plainHttp(wiring),
} satisfies Scenario;
