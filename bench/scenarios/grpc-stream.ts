import { HTTP2_UPSTREAM, plainHttp } from '../config/envoy.ts';
import type { Scenario } from '../model.ts';
import { cpuPerRequest, hold, MESH_STREAMS, stretch } from './figures.ts';

export default {
  name: 'grpc-stream',
  bar: 'P4',
  title: 'gRPC server streaming: fifty messages of 1 KiB in frames of their own, then trailers, 10 connections × 4 streams',
  probe: 'load',
  shape: 'http2',
  unit: 'µs CPU / stream',
  better: 'lower',
  judge: 'best',
  value: cpuPerRequest,
  limits: [hold(0.45, 'envoy'), stretch(1.3, 'haproxy')],
  load: { ...MESH_STREAMS, method: 'POST', path: '/hello.Greeter/Stream', streams: 4, bodyBytes: 128, replyBytes: 50 * 1024 },
  service: 'grpc',
  messageBytes: 1024,
  bootstrap: (wiring) => plainHttp(wiring, HTTP2_UPSTREAM),
} satisfies Scenario;
