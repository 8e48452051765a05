import t from 'tap';
import { decodeHuffman, encodeHuffman, huffmanBytes, longestDecoded } from './huffman.ts';

function encode(text: string): Buffer {
  const out = Buffer.alloc(text.length * 4 + 8);
  return out.subarray(0, encodeHuffman(text, out, 0));
}

function decode(code: Buffer): string | null {
  const out = Buffer.alloc(longestDecoded(code.length));
  const end = decodeHuffman(code, 0, code.length, out, 0);
  return end < 0 ? null : out.latin1Slice(0, end);
}

t.test('the examples of RFC 7541', (t) => {
  for (const [text, code] of [
    ['www.example.com', 'f1e3c2e5f23a6ba0ab90f4ff'],
    ['no-cache', 'a8eb10649cbf'],
    ['custom-key', '25a849e95ba97d7f'],
    ['302', '6402'],
    [
      'foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1',
      '94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007',
    ],
  ] as const) {
    t.equal(encode(text).toString('hex'), code);
    t.equal(huffmanBytes(text), code.length / 2);
    t.equal(decode(Buffer.from(code, 'hex')), text);
  }
  t.equal(decode(Buffer.alloc(0)), '');
  t.end();
});

t.test('every byte, alone and between others', (t) => {
  const wrong: number[] = [];
  for (let byte = 0; byte < 256; byte++) {
    const c = String.fromCharCode(byte);
    for (const text of [c, `a${c}`, `${c}${c}${c}`, `abc${c}0123456789`, `\xff${c}\x01`])
      if (decode(encode(text)) !== text) wrong.push(byte);
  }
  t.same(wrong, []);
  t.end();
});

t.test('random strings come back, random bytes never do harm', (t) => {
  let state = 7;
  const below = (n: number) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >>> 8) % n;
  };
  let wrong = 0;
  for (let i = 0; i < 20_000; i++) {
    let text = '';
    for (let n = below(60); n > 0; n--) text += String.fromCharCode(below(8) === 0 ? below(256) : 32 + below(95));
    if (decode(encode(text)) !== text) wrong++;
  }
  t.equal(wrong, 0);
  let same = 0;
  let read = 0;
  for (let i = 0; i < 20_000; i++) {
    const code = Buffer.from(Array.from({ length: 1 + below(12) }, () => (below(3) === 0 ? 255 : below(256))));
    const text = decode(code);
    if (text === null) continue;
    read++;
    // A code that can be read is the only one for its string.
    if (encode(text).equals(code)) same++;
  }
  t.ok(read > 100);
  t.equal(same, read);
  t.end();
});
