import t from 'tap';
import { ByteQueue } from './byte-queue.ts';

function takeAll(queue: ByteQueue, most: number): string {
  let text = '';
  while (queue.bytes > 0) {
    const n = Math.min(most, queue.firstTo - queue.firstFrom);
    text += queue.first.toString('latin1', queue.firstFrom, queue.firstFrom + n);
    queue.drop(n);
  }
  return text;
}

t.test('bytes come out as they went in, whatever the pieces', (t) => {
  const queue = new ByteQueue();
  let expected = '';
  for (let i = 0; i < 300; i++) {
    const piece = String.fromCharCode(97 + (i % 26)).repeat((i * 37) % 500);
    expected += piece;
    const bytes = Buffer.from(`<<${piece}>>`);
    queue.push(bytes, 2, 2 + piece.length);
    bytes.fill(0);
  }
  t.equal(queue.bytes, expected.length);
  t.equal(takeAll(queue, 777), expected);
  t.equal(queue.bytes, 0);
  queue.push(Buffer.from('again'), 0, 5);
  t.equal(takeAll(queue, 1), 'again');
  t.end();
});

t.test('single bytes share blocks', (t) => {
  const queue = new ByteQueue();
  const blocks = new Set<Buffer>();
  for (let i = 0; i < 65536; i++) queue.push(Buffer.from('x'), 0, 1);
  while (queue.bytes > 0) {
    blocks.add(queue.first);
    queue.drop(queue.firstTo - queue.firstFrom);
  }
  t.equal(blocks.size, 17);
  t.end();
});
