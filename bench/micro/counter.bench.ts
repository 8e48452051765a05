/** Why stats are slots in typed arrays: what counting one event costs in the shapes that suggest themselves. */
import type { Micro } from './harness.ts';

const slots = new Float64Array(1024);
const shared = new Float64Array(new SharedArrayBuffer(8 * 1024));
const atomic = new BigInt64Array(new SharedArrayBuffer(8 * 1024));
const byName = new Map<string, { value: number }>();
for (let i = 0; i < 1024; i++) byName.set(`cluster.service-${i}.upstream_rq_total`, { value: 0 });
const names = [...byName.keys()];

export default {
  name: 'counter',
  cases: [
    {
      name: 'slot in a Float64Array',
      run(times) {
        for (let i = 0; i < times; i++) slots[i & 1023] = (slots[i & 1023] ?? 0) + 1;
        return slots[0];
      },
    },
    {
      name: 'slot in shared memory',
      run(times) {
        for (let i = 0; i < times; i++) shared[i & 1023] = (shared[i & 1023] ?? 0) + 1;
        return shared[0];
      },
    },
    {
      name: 'Atomics.add in shared memory',
      run(times) {
        for (let i = 0; i < times; i++) Atomics.add(atomic, i & 1023, 1n);
        return atomic[0];
      },
    },
    {
      name: 'Map by name, name at hand',
      run(times) {
        for (let i = 0; i < times; i++) {
          const counter = byName.get(names[i & 1023] ?? '');
          if (counter !== undefined) counter.value++;
        }
        return byName.get(names[0] ?? '')?.value;
      },
    },
    {
      name: 'Map by name, name built',
      run(times) {
        for (let i = 0; i < times; i++) {
          const counter = byName.get(`cluster.service-${i & 1023}.upstream_rq_total`);
          if (counter !== undefined) counter.value++;
        }
        return byName.get(names[0] ?? '')?.value;
      },
    },
  ],
} satisfies Micro;
