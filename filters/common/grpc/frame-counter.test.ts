import t from 'tap';
import { FrameCounter } from './frame-counter.ts';

function frame(length: number): Buffer {
  const bytes = Buffer.alloc(5 + length, 0x61);
  bytes[0] = 0;
  bytes.writeUInt32BE(length, 1);
  return bytes;
}

t.test('messages are counted wherever the body is cut', (t) => {
  const body = Buffer.concat([frame(3), frame(0), frame(300), frame(1)]);
  for (let size = 1; size <= body.length; size++) {
    const counter = new FrameCounter();
    let sum = 0;
    for (let at = 0; at < body.length; at += size) sum += counter.inspect(body.subarray(at, at + size));
    if (sum !== 4 || counter.frames !== 4) t.fail(`cut into pieces of ${size}: ${sum}`);
  }
  t.end();
});

t.test('a message counts when it begins', (t) => {
  const counter = new FrameCounter();
  t.equal(counter.inspect(Buffer.from([0])), 1);
  t.equal(counter.inspect(Buffer.from([0xff, 0xff, 0xff, 0xff])), 0);
  t.equal(counter.inspect(Buffer.alloc(1 << 16)), 0, 'lengths have no sign');
  t.equal(counter.inspect(Buffer.alloc(0)), 0);
  t.end();
});

t.test('the end of each message is found wherever the body is cut', (t) => {
  const body = Buffer.concat([frame(3), frame(0), frame(300), frame(1)]);
  for (let size = 1; size <= body.length; size++) {
    const counter = new FrameCounter();
    const ends: number[] = [];
    for (let at = 0; at < body.length; at += size) {
      const piece = body.subarray(at, at + size);
      for (let from = 0; from < piece.length; ) {
        from = counter.next(piece, from);
        if (counter.between) ends.push(at + from);
      }
    }
    if (ends.join() !== '8,13,318,324') t.fail(`cut into pieces of ${size}: ${ends}`);
  }
  t.end();
});
