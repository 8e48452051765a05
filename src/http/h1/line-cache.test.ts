import t from 'tap';
import { CONTENT_TYPE, pinName, resolveName } from '../header-name.ts';
import { Field } from '../headers.ts';
import { findLine, forgetLines, learnLine } from './line-cache.ts';

/** Lines of a head as they lie in a read buffer, with other bytes around them. */
function head(...lines: string[]) {
  const before = 'GET / HTTP/1.1\r\n';
  const bytes = Buffer.from(`${before}${lines.map((line) => `${line}\r\n`).join('')}\r\nbody`, 'latin1');
  const view = new DataView(bytes.buffer);
  const end = bytes.byteOffset + bytes.length - 6;
  const at = (i: number) => lines.slice(0, i).reduce((sum, line) => sum + line.length + 2, bytes.byteOffset + before.length);
  return {
    find: (i: number) => findLine(view, at(i), end),
    learn: (i: number) => {
      const line = lines[i] as string;
      const colon = line.indexOf(':');
      const field = new Field(resolveName(line.slice(0, colon).toLowerCase()), line.slice(colon + 1).trim(), -1, false);
      const from = at(i) - bytes.byteOffset;
      learnLine(view, at(i), end, bytes, from, from + line.length + 2, field);
    },
  };
}

t.test('a line is known after it was seen twice, and only as a whole', (t) => {
  const lines = head('User-Agent: something 1.0', 'X-Other: 1');
  t.equal(lines.find(0), null);
  lines.learn(0);
  t.equal(lines.find(0), null);
  lines.learn(0);
  const known = lines.find(0);
  t.equal(known?.field.value, 'something 1.0');
  t.equal(known?.field.name, resolveName('user-agent'));
  t.equal(known?.length, 'User-Agent: something 1.0\r\n'.length);
  t.equal(head('User-Agent: something 1.0', 'X-Else: 2').find(0), known, 'whatever follows');
  for (const other of [
    'User-Agent: something 1.1',
    'user-agent: something 1.0',
    'User-Agent: something 1.00',
    'User-Agent: something 1.',
    'User-Agent:  something 1.0',
  ]) {
    t.not(head(other, 'X-Other: 1').find(0), known, other);
  }
  t.end();
});

t.test('lines of every length are recognised, the last ones of a head too', (t) => {
  for (let length = 1; length < 60; length++) {
    const line = `x:${'v'.repeat(length)}`;
    const lines = head(line);
    lines.learn(0);
    lines.learn(0);
    t.equal(lines.find(0)?.field.value, 'v'.repeat(length));
    t.equal(head(`x:${'v'.repeat(length - 1)}w`).find(0), null);
  }
  t.end();
});

t.test('lines that begin alike live side by side', (t) => {
  const variants = ['', '; charset=utf-8', ';charset=UTF-8', '; v=1'].map((rest) =>
    head(`Content-Type: application/json${rest}`, 'X-B: 1'),
  );
  for (let round = 0; round < 2; round++) for (const lines of variants) lines.learn(0);
  t.same(
    variants.map((lines) => lines.find(0)?.field.name),
    [CONTENT_TYPE, CONTENT_TYPE, CONTENT_TYPE, CONTENT_TYPE],
  );
  t.equal(new Set(variants.map((lines) => lines.find(0)?.field)).size, 4);
  t.end();
});

t.test('a flood of lines costs the known ones their place at most, and they come back', (t) => {
  const kept = head('X-Kept: some value of a line', 'X-B: 1');
  kept.learn(0);
  kept.learn(0);
  for (let i = 0; i < 5000; i++) {
    const lines = head(`X-Flood-${i}: ${i} and more`, 'X-B: 1');
    lines.learn(0);
    lines.learn(0);
  }
  if (kept.find(0) === null) {
    kept.learn(0);
    kept.learn(0);
  }
  t.equal(kept.find(0)?.field.value, 'some value of a line');
  t.end();
});

t.test('forgetting makes room for names that were pinned meanwhile', (t) => {
  const lines = head('X-Later-Pinned: yes, indeed', 'X-B: 1');
  lines.learn(0);
  lines.learn(0);
  t.equal(lines.find(0)?.field.name.token, -1);
  const name = pinName('x-later-pinned');
  forgetLines();
  lines.learn(0);
  lines.learn(0);
  t.equal(lines.find(0)?.field.name, name);
  t.end();
});
