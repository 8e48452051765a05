import { plainHttp } from '../config/envoy.ts';
import type { Scenario } from '../model.ts';
import { cpuPerRequest, hold, SMALL_GETS, stretch } from './figures.ts';

export default {
  name: 'h1-plain',
  bar: 'P1',
  title: 'HTTP/1.1 keep-alive, HCM and router alone, 50 connections, 1 KiB replies',
  probe: 'load',
  shape: 'http1',
  unit: 'µs CPU / request',
  better: 'lower',
  judge: 'best',
  value: cpuPerRequest,
  limits: [hold(0.55, 'envoy'), stretch(1.3, 'haproxy')],
  load: SMALL_GETS,
  bootstrap: plainHttp,
} satisfies Scenario;
