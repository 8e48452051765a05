import t from 'tap';
import { FakeDelays, systemDelays } from './delays.ts';

t.test('fake delays fire in order of time, and those that were taken back never', (t) => {
  const delays = new FakeDelays();
  const fired: string[] = [];
  delays.after(20, () => fired.push('b'));
  delays.after(10, () => {
    fired.push('a');
    delays.after(5, () => fired.push('inner'));
  });
  delays.after(12, () => fired.push('never'))();
  t.same(delays.pending, [10, 20]);
  delays.advance(15);
  t.same(fired, ['a', 'inner']);
  delays.advance(5);
  t.same(fired, ['a', 'inner', 'b']);
  t.same(delays.pending, []);
  t.end();
});

t.test('real ones can be taken back', async (t) => {
  systemDelays.after(0, () => t.fail('it was taken back'))();
  const alive = setInterval(() => {}, 60_000);
  await new Promise<void>((resolve) => systemDelays.after(0, resolve));
  clearInterval(alive);
});
