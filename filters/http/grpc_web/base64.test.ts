import t from 'tap';
import { Base64Messages, Base64Reader } from './base64.ts';

function message(text: string): Buffer {
  const bytes = Buffer.alloc(5 + text.length);
  bytes.writeUInt32BE(text.length, 1);
  bytes.latin1Write(text, 5);
  return bytes;
}

t.test('text is decoded wherever it is cut', (t) => {
  const bytes = Buffer.from(Array.from({ length: 259 }, (_, i) => i & 0xff));
  for (const length of [0, 1, 2, 3, 4, 258, 259]) {
    const text = Buffer.from(bytes.subarray(0, length).toString('base64'));
    for (let size = 1; size <= Math.max(1, text.length); size++) {
      const reader = new Base64Reader();
      const parts: Buffer[] = [];
      for (let at = 0; at < text.length; at += size) parts.push(reader.decode(text.subarray(at, at + size)) as Buffer);
      if (!Buffer.concat(parts).equals(bytes.subarray(0, length)) || reader.unfinished) t.fail(`${length} bytes in pieces of ${size}`);
    }
  }
  t.end();
});

t.test('parts that were encoded one by one follow each other', (t) => {
  const text = `${message('a').toString('base64')}${message('bc').toString('base64')}`;
  t.match(text, /=.*=/s);
  t.same(new Base64Reader().decode(Buffer.from(text)), Buffer.concat([message('a'), message('bc')]));
  t.end();
});

t.test('what is no base64 is refused', (t) => {
  for (const text of ['****', 'AA=A', '=AAA', 'A===', 'AA A', 'AA-_', 'AAA\n'])
    t.equal(new Base64Reader().decode(Buffer.from(text)), null, text);
  const reader = new Base64Reader();
  reader.decode(Buffer.from('AAAAA'));
  t.equal(reader.unfinished, true);
  t.end();
});

t.test('every message is encoded by itself, and sent as far as it is here', (t) => {
  const messages = [message('hello'), message(''), message('x'.repeat(700)), message('ab')];
  const body = Buffer.concat(messages);
  const expected = messages.map((bytes) => bytes.toString('base64')).join('');
  for (const size of [1, 2, 3, 4, 5, 7, 64, 711, body.length]) {
    const writer = new Base64Messages();
    let text = '';
    let held = 0;
    for (let at = 0; at < body.length; at += size) {
      text += writer.encode(body.subarray(at, at + size)).toString('latin1');
      const seen = Math.min(body.length, at + size);
      held = Math.max(held, seen - Buffer.from(text, 'base64').length);
    }
    t.equal(text, expected, `in pieces of ${size}`);
  }
  t.end();
});
