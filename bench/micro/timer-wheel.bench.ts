/** Why timeouts sit on a wheel: what arming and cancelling one costs, as every request does several times. */
import { systemClock } from '../../src/base/clock.ts';
import { Timer } from '../../src/net/timer-wheel.ts';
import { Wheel } from '../../src/net/wheel.ts';
import type { Micro } from './harness.ts';

const owner = { onTimer: () => {} };
const driver = { wakeIn: () => {}, sleep: () => {}, turnBegan: () => {} };

function busy(count: number): Wheel {
  const wheel = new Wheel(systemClock, driver);
  for (let i = 0; i < count; i++) wheel.arm(new Timer(owner, i), 1000 + i * 7);
  return wheel;
}

const quiet = busy(1);
const crowded = busy(10_000);
const timer = new Timer(owner, -1);
const nothing = (): void => {};

export default {
  name: 'timer-wheel',
  cases: [
    {
      name: 'arm and cancel, nothing else armed',
      run(times) {
        for (let i = 0; i < times; i++) {
          quiet.arm(timer, 15_000);
          quiet.cancel(timer);
        }
        return quiet.armedCount;
      },
    },
    {
      name: 'arm and cancel among 10,000',
      run(times) {
        for (let i = 0; i < times; i++) {
          crowded.arm(timer, 15_000);
          crowded.cancel(timer);
        }
        return crowded.armedCount;
      },
    },
    {
      name: 'setTimeout and clearTimeout',
      run(times) {
        let sum = 0;
        for (let i = 0; i < times; i++) {
          const timeout = setTimeout(nothing, 15_000);
          clearTimeout(timeout);
          sum += timeout.hasRef() ? 1 : 0;
        }
        return sum;
      },
    },
    {
      name: 'time of the turn',
      run(times) {
        let sum = 0;
        for (let i = 0; i < times; i++) sum += quiet.now;
        return sum;
      },
    },
    {
      name: 'performance.now',
      run(times) {
        let sum = 0;
        for (let i = 0; i < times; i++) sum += performance.now();
        return sum;
      },
    },
  ],
} satisfies Micro;
