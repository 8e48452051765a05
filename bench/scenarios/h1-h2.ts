import { HTTP2_UPSTREAM, plainHttp } from '../config/envoy.ts';
import type { Scenario } from '../model.ts';
import { cpuPerRequest, hold, SMALL_GETS, stretch } from './figures.ts';

export default {
  name: 'h1-h2',
  bar: 'P4',
  title: 'HTTP/1.1 from the client, cleartext HTTP/2 to the service, 50 connections, 1 KiB replies',
  probe: 'load',
  shape: 'http2',
  unit: 'µs CPU / request',
  better: 'lower',
  judge: 'best',
  value: cpuPerRequest,
  limits: [hold(0.45, 'envoy'), stretch(1.3, 'haproxy')],
  load: SMALL_GETS,
  service: 'h2',
  bootstrap: (wiring) => plainHttp(wiring, HTTP2_UPSTREAM),
} satisfies Scenario;
