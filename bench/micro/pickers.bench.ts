/** What choosing a host costs: each policy with 3, 100 and 10,000 hosts, equal and unequal weights. */

import { LeastRequest } from '../../src/upstream/lb/least-request.ts';
import type { LbPolicy, PickContext } from '../../src/upstream/lb/picker.ts';
import { ListPolicy } from '../../src/upstream/lb/priority-picker.ts';
import { random } from '../../src/upstream/lb/random.ts';
import { roundRobin } from '../../src/upstream/lb/round-robin.ts';
import { commonOf, hostsOf, setOf } from '../../test/support/lb-suite.ts';
import type { Micro } from './harness.ts';

const context: PickContext = { hash: -1, random: 1, tried: null, override: '', subset: null, headers: null, info: null };

function caseOf(name: string, policy: LbPolicy, hosts: number, weighted: boolean) {
  const weights = Array.from({ length: hosts }, (_, i) => (weighted ? 1 + (i % 9) : 1));
  const picker = policy.build([setOf(hostsOf(weights))], commonOf(), null);
  return {
    name: `${name}, ${hosts} hosts${weighted ? ' of 9 weights' : ''}`,
    run(times: number) {
      let sum = 0;
      for (let i = 0; i < times; i++) {
        context.random = (Math.imul(i, 0x9e3779b1) ^ (i >>> 3)) >>> 0;
        sum += picker.pick(context)?.weight ?? 0;
      }
      return sum;
    },
  };
}

const policies: readonly (readonly [string, LbPolicy])[] = [
  ['round robin', new ListPolicy('round_robin', roundRobin)],
  ['least request', new ListPolicy('least_request', new LeastRequest(2, 1))],
];

export default {
  name: 'pickers',
  cases: [
    ...policies.flatMap(([name, policy]) =>
      [3, 100, 10_000].flatMap((hosts) => [caseOf(name, policy, hosts, false), caseOf(name, policy, hosts, true)]),
    ),
    caseOf('random', new ListPolicy('random', random), 10_000, false),
  ],
} satisfies Micro;
