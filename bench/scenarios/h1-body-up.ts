import { plainHttp } from '../config/envoy.ts';
import type { Scenario } from '../model.ts';
import { hold, MIB, mibPerCpuSecond, stretch } from './figures.ts';

export default {
  name: 'h1-body-up',
  bar: 'P5',
  title: 'HTTP/1.1, requests with 1 MiB bodies, 8 connections',
  probe: 'load',
  shape: 'http1',
  unit: 'MiB / CPU second',
  better: 'higher',
  judge: 'best',
  value: mibPerCpuSecond,
  limits: [hold(1.0, 'envoy'), stretch(1.3, 'envoy')],
  load: { protocol: 'h1', method: 'POST', path: '/upload', connections: 8, streams: 1, bodyBytes: MIB, replyBytes: 64 },
  bootstrap: plainHttp,
} satisfies Scenario;
