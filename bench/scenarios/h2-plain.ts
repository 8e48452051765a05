import { HTTP2_UPSTREAM, plainHttp } from '../config/envoy.ts';
import type { Scenario } from '../model.ts';
import { cpuPerRequest } from './figures.ts';

export default {
  name: 'h2-plain',
  bar: null,
  title: 'Cleartext HTTP/2 on both sides, 10 connections × 10 streams, 1 KiB replies',
  probe: 'load',
  shape: 'http2',
  unit: 'µs CPU / request',
  better: 'lower',
  judge: 'best',
  value: cpuPerRequest,
  limits: [],
  load: { protocol: 'h2', method: 'GET', path: '/index.html', connections: 10, streams: 10, bodyBytes: 0, replyBytes: 1024 },
  bootstrap: (wiring) => plainHttp(wiring, HTTP2_UPSTREAM),
} satisfies Scenario;
