import t from 'tap';
import { IS_HTTP1, IS_HTTP2, judge, MAGIC, UNDECIDED } from './preface.ts';

const text = (bytes: string, seen = 0) => judge(Buffer.from(bytes, 'latin1'), 0, bytes.length, seen);

t.test('as few bytes decide as can', (t) => {
  t.equal(text('G'), IS_HTTP1);
  t.equal(text('\x16\x03\x01'), IS_HTTP1);
  t.equal(text('P'), UNDECIDED);
  t.equal(text('PO'), IS_HTTP1);
  t.equal(text('PRI * HTTP/1.1\r\n'), IS_HTTP1);
  t.equal(text('PRI /x HTTP/2'), IS_HTTP1);
  t.equal(text('PRI * HTTP/'), UNDECIDED);
  t.equal(text('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n and frames'), IS_HTTP2);
  t.end();
});

t.test('bytes may come one by one', (t) => {
  for (let seen = 0; seen < MAGIC.length; seen++) {
    const last = seen === MAGIC.length - 1;
    t.equal(judge(MAGIC, seen, seen + 1, seen), last ? IS_HTTP2 : UNDECIDED);
    t.equal(text('~', seen), IS_HTTP1);
    t.equal(text(MAGIC.toString('latin1', seen), seen), IS_HTTP2);
  }
  t.end();
});
