import { tcpRelay } from '../config/tcp.ts';
import type { Scenario } from '../model.ts';
import { hold, MIB, mibPerCpuSecond, stretch } from './figures.ts';

export default {
  name: 'tcp-body-down',
  bar: 'P5',
  title: 'TCP proxy, replies of 1 MiB, 8 connections',
  probe: 'load',
  shape: 'envoy',
  unit: 'MiB / CPU second',
  better: 'higher',
  judge: 'best',
  value: mibPerCpuSecond,
  limits: [hold(1.0, 'envoy'), stretch(1.3, 'envoy')],
  load: { protocol: 'h1', method: 'GET', path: '/large', connections: 8, streams: 1, bodyBytes: 0, replyBytes: MIB },
  bootstrap: tcpRelay,
} satisfies Scenario;
