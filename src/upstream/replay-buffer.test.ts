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
  t.equal(buffer.bytes, 4);
  const open = new ReplayBuffer(0);
  open.add(Buffer.alloc(1_000_000));
  t.equal(open.full, false);
  t.end();
});

t.test('bytes come back in order, however they came', (t) => {
  for (const size of [1, 3, 100, 4096, 70_000]) {
    const buffer = new ReplayBuffer(0);
    const body = Buffer.from(Array.from({ length: 200_000 }, (_, i) => (i * 7 + (i >> 8)) & 255));
    for (let at = 0; at < body.length; at += size) buffer.add(body.subarray(at, at + size));
    const chunks = Array.from({ length: buffer.count }, (_, i) => buffer.chunk(i));
    t.ok(Buffer.concat(chunks).equals(body), `in pieces of ${size}`);
    t.ok(buffer.count < 25, 'few blocks for many pieces');
  }
  t.end();
});
