import { HTTP2_UPSTREAM, plainHttp } from '../config/envoy.ts';
import type { Scenario } from '../model.ts';
import { cpuPerRequest, hold, MESH_STREAMS, stretch } from './figures.ts';

export default {
  name: 'grpc-unary',
  bar: 'P4',
  title: 'gRPC unary: POST of 128 bytes, 1 KiB reply and trailers, fifteen headers, 10 connections × 10 streams',
  probe: 'load',
  shape: 'http2',
  unit: 'µs CPU / request',
  better: 'lower',
  judge: 'best',
  value: cpuPerRequest,
  limits: [hold(0.45, 'envoy'), stretch(1.3, 'haproxy')],
  load: { ...MESH_STREAMS, method: 'POST', path: '/hello.Greeter/SayHello', bodyBytes: 128 },
  service: 'grpc',
  bootstrap: (wiring) => plainHttp(wiring, HTTP2_UPSTREAM),
} satisfies Scenario;
