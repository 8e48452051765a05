import t from 'tap';
import { ReplayBuffer } from './replay-buffer.ts';

t.test('bytes are copied, because they are borrowed', (t) => {
  const buffer = new ReplayBuffer(10);
  const borrowed = Buffer.from('abc');
  buffer.add(borrowed);
  borrowed.fill(0);
  t.equal(buffer.chunk(0).toString(), 'abc');
  t.end();
});

t.test('it says when it is full, and never with a limit of 0', (t) => {
  const buffer = new ReplayBuffer(4);
  buffer.add(Buffer.alloc(0));
  t.equal(buffer.count, 0);
  buffer.add(Buffer.from('abc'));
  t.equal(buffer.full, false);
  buffer.add(Buffer.from('d'));
  t.equal(buffer.full, true);
  t.match(buffer, { bytes: 4, count: 2 });
  const open = new ReplayBuffer(0);
  open.add(Buffer.alloc(1_000_000));
  t.equal(open.full, false);
  t.end();
});
