import { plainHttp } from '../config/envoy.ts';
import type { Scenario } from '../model.ts';
import { hold, SMALL_GETS, startMs, stretch } from './figures.ts';

export default {
  name: 'start',
  bar: 'P7',
  title: 'From the start of the process to the first proxied reply, static file',
  probe: 'start',
  shape: 'http1',
  unit: 'ms',
  better: 'lower',
  judge: 'median',
  value: startMs,
  limits: [hold(250, null), stretch(120, null)],
  load: SMALL_GETS,
  rounds: (asked) => asked * 2 + 1,
  bootstrap: plainHttp,
} satisfies Scenario;
