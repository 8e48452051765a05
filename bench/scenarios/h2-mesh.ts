import { HTTP2_UPSTREAM, plainHttp } from '../config/envoy.ts';
import type { Scenario } from '../model.ts';
import { cpuPerRequest, hold, MESH_STREAMS, stretch } from './figures.ts';

export default {
  name: 'h2-mesh',
  bar: 'P4',
  title: 'Cleartext HTTP/2 on both sides, fifteen headers as a mesh sends them, 10 connections × 10 streams, 1 KiB replies',
  probe: 'load',
  shape: 'http2',
  unit: 'µs CPU / request',
  better: 'lower',
  judge: 'best',
  value: cpuPerRequest,
  limits: [hold(0.45, 'envoy'), stretch(1.3, 'haproxy')],
  load: MESH_STREAMS,
  bootstrap: (wiring) => plainHttp(wiring, HTTP2_UPSTREAM),
} satisfies Scenario;
