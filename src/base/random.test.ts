import t from 'tap';
import { randomFill } from './random.ts';

t.test('a buffer is filled to its end, differently each time', (t) => {
  const a = new Uint8Array(4096);
  const b = new Uint8Array(4096);
  randomFill(a);
  randomFill(b);
  t.notSame(a, b);
  t.ok(new Set(a).size > 250);
  t.ok(a.subarray(-64).some((byte) => byte !== 0));
  randomFill(new Uint8Array(0));
  t.end();
});
