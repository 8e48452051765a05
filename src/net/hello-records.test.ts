import t from 'tap';
import {
  Fields,
  HelloRecords,
  type HelloRules,
  RECORDS_CLOSED,
  RECORDS_NONE,
  RECORDS_PART,
  RECORDS_WHOLE,
  type RecordsStatus,
} from './hello-records.ts';

const STRICT: HelloRules = { maxRecord: 64, maxMessage: 64, maxEmpty: 1, maxWarnings: 1, alone: true };
const record = (type: number, ...content: number[]): Buffer => Buffer.from([type, 3, 1, 0, content.length, ...content]);
const hello = (...body: number[]): number[] => [1, 0, 0, body.length, ...body];
const WARNING = record(21, 1, 90);

function read(rules: Partial<HelloRules>, ...records: Buffer[]): { status: RecordsStatus; message: number[] | null; consumed: number } {
  const reader = new HelloRecords({ ...STRICT, ...rules });
  const status = reader.read(Buffer.concat(records));
  return { status, message: reader.message === null ? null : [...reader.message], consumed: reader.consumed };
}

t.test('a hello is put together from its records', (t) => {
  t.same(read({}, record(22, ...hello(7, 8, 9))), { status: RECORDS_WHOLE, message: [7, 8, 9], consumed: 12 });
  t.same(read({}, record(22, 1, 0), record(22, 0, 3, 7), record(22, 8, 9)), { status: RECORDS_WHOLE, message: [7, 8, 9], consumed: 22 });
  t.equal(read({}, record(22, 1, 0)).status, RECORDS_PART);
  t.end();
});

t.test('cut anywhere it is a part, and says from where on it is worth asking again', (t) => {
  const whole = record(22, ...hello(7, 8, 9));
  const reader = new HelloRecords(STRICT);
  for (let length = 1; length < whole.length; length++) {
    t.equal(reader.read(whole.subarray(0, length)), RECORDS_PART);
    t.equal(reader.wanted, length < 5 ? 5 : whole.length);
  }
  t.equal(reader.read(whole), RECORDS_WHOLE);
  t.end();
});

t.test('the rules say what is put up with', (t) => {
  const whole = record(22, ...hello(7));
  t.equal(read({}, WARNING, whole).status, RECORDS_WHOLE);
  t.equal(read({}, WARNING, WARNING, whole).status, RECORDS_NONE);
  t.equal(read({ maxWarnings: 0 }, WARNING, whole).status, RECORDS_NONE);
  t.equal(read({}, record(21, 1, 0), whole).status, RECORDS_CLOSED);
  t.equal(read({}, record(21, 2, 40)).status, RECORDS_NONE, 'a fatal alert');
  t.equal(read({}, record(22), whole).status, RECORDS_WHOLE);
  t.equal(read({}, record(22), record(22), whole).status, RECORDS_NONE);
  t.equal(read({ maxEmpty: 0 }, record(22), whole).status, RECORDS_NONE);
  t.equal(read({}, record(22, ...hello(7), 99)).status, RECORDS_NONE);
  t.same(read({ alone: false }, record(22, ...hello(7), 99)).message, [7]);
  t.equal(read({ maxMessage: 2 }, record(22, ...hello(7, 8, 9))).status, RECORDS_NONE);
  t.equal(read({ maxRecord: 6 }, record(22, ...hello(7, 8, 9))).status, RECORDS_NONE);
  t.equal(read({}, record(22, 2, 0, 0, 1, 7)).status, RECORDS_NONE, 'a ServerHello');
  t.equal(read({}, Buffer.from('GET / HTTP/1.1')).status, RECORDS_NONE);
  t.end();
});

t.test('what does not fit into a message ends it, and nothing after it is read', (t) => {
  const fields = new Fields(Buffer.from([0, 2, 7, 8, 5, 1]));
  t.same(fields.vector(2).numbers(1), [7, 8]);
  t.equal(fields.vector(1).length, 0);
  t.equal(fields.bad, true);
  t.equal(fields.more, false);
  t.equal(fields.number(1), 0);
  t.end();
});
