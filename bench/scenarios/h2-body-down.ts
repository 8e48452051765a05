import { HTTP2_UPSTREAM, plainHttp } from '../config/envoy.ts';
import type { Scenario } from '../model.ts';
import { hold, MIB, mibPerCpuSecond } from './figures.ts';

export default {
  name: 'h2-body-down',
  bar: 'P4',
  title: 'Cleartext HTTP/2 on both sides, replies of 1 MiB under flow control, 4 connections × 8 streams',
  probe: 'load',
  shape: 'http2',
  unit: 'MiB / CPU second',
  better: 'higher',
  judge: 'best',
  value: mibPerCpuSecond,
  limits: [hold(1.0, 'envoy')],
  load: { protocol: 'h2', method: 'GET', path: '/large', connections: 4, streams: 8, bodyBytes: 0, replyBytes: MIB },
  bootstrap: (wiring) => plainHttp(wiring, HTTP2_UPSTREAM),
} satisfies Scenario;
