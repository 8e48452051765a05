import { plainHttp } from '../config/envoy.ts';
import type { Scenario } from '../model.ts';
import { hold, rssMb, SMALL_GETS, stretch } from './figures.ts';

export default {
  name: 'memory',
  bar: 'P6a',
  title: 'Resident memory 10 s after load over 50 plain connections, no agent, no xDS',
  probe: 'memory',
  shape: 'http1',
  unit: 'MB',
  better: 'lower',
  judge: 'median',
  value: rssMb,
  limits: [hold(80, null), stretch(65, null)],
  load: SMALL_GETS,
  rounds: (asked) => Math.min(asked, 2),
  bootstrap: plainHttp,
} satisfies Scenario;
