import t from 'tap';
import { Backoff } from './backoff.ts';

t.test('the bound doubles up to its limit and begins again after a success', (t) => {
  const backoff = new Backoff(500, 3000, () => 0.999);
  t.same([backoff.next(), backoff.next(), backoff.next(), backoff.next()], [999, 1998, 2997, 2997]);
  backoff.reset();
  t.equal(backoff.next(), 999);
  t.end();
});

t.test('anything below the bound may come out', (t) => {
  t.equal(new Backoff(500, 3000, () => 0).next(), 0);
  const backoff = new Backoff(500, 30_000);
  for (let i = 0; i < 100; i++) backoff.next();
  t.ok(backoff.next() < 30_000, 'however many attempts there were');
  t.end();
});
