import t from 'tap';
import { Mismatch, readScalar, writeScalar } from './json-scalars.ts';
import { readDuration, readTimestamp, writeDuration, writeTimestamp } from './json-times.ts';
import { ScalarType } from './table.ts';

const refused = (value: unknown) => value instanceof Mismatch;

t.test('numbers are whole, in range and spelt as JSON allows', (t) => {
  t.equal(readScalar(ScalarType.UINT32, 4294967295), 4294967295);
  t.equal(readScalar(ScalarType.INT32, '-2147483648'), -2147483648);
  t.equal(readScalar(ScalarType.INT32, '1e3'), 1000);
  t.equal(readScalar(ScalarType.INT32, 1.0), 1);
  t.equal(readScalar(ScalarType.UINT64, '18446744073709551615'), 18446744073709551615n);
  for (const json of [4294967296, -1, 1.5, '1.5', '', ' 1', '1 ', '0x1', true, null, [], {}, Number.NaN, '1e400', '9'.repeat(50)]) {
    t.ok(refused(readScalar(ScalarType.UINT32, json)), JSON.stringify(json));
  }
  t.ok(refused(readScalar(ScalarType.INT64, 2n ** 63n)));
  t.ok(refused(readScalar(ScalarType.UINT64, -1n)));
  t.end();
});

t.test('fractions take what JSON has no number for by name', (t) => {
  t.ok(Number.isNaN(readScalar(ScalarType.DOUBLE, 'NaN')));
  t.equal(readScalar(ScalarType.DOUBLE, '-Infinity'), Number.NEGATIVE_INFINITY);
  t.equal(readScalar(ScalarType.DOUBLE, '1.5e3'), 1500);
  t.equal(readScalar(ScalarType.FLOAT, 0.1), Math.fround(0.1));
  for (const json of ['nan', 'x', '', true, null, 'infinity', Number.NaN]) t.ok(refused(readScalar(ScalarType.DOUBLE, json)), String(json));
  t.ok(refused(readScalar(ScalarType.FLOAT, 3.5e38)));
  t.equal(writeScalar(ScalarType.DOUBLE, Number.NaN), 'NaN');
  t.equal(writeScalar(ScalarType.FLOAT, Math.fround(0.1)), 0.1, 'the shortest decimal that reads back');
  t.equal(writeScalar(ScalarType.FLOAT, Math.fround(16777216)), 16777216);
  t.end();
});

t.test('bytes are base64 of either alphabet, strings are Unicode, booleans are not words', (t) => {
  t.same(readScalar(ScalarType.BYTES, '+/8='), Uint8Array.from([0xfb, 0xff]));
  t.same(readScalar(ScalarType.BYTES, '-_8'), Uint8Array.from([0xfb, 0xff]));
  for (const json of ['a', 'a===', '*', 'a b=', 1]) t.ok(refused(readScalar(ScalarType.BYTES, json)), String(json));
  t.ok(refused(readScalar(ScalarType.STRING, '\ud800')));
  t.ok(refused(readScalar(ScalarType.STRING, 1)));
  t.ok(refused(readScalar(ScalarType.BOOL, 'true')));
  t.ok(refused(readScalar(ScalarType.BOOL, 1)));
  t.end();
});

t.test('durations take only seconds, within ten thousand years', (t) => {
  t.same(readDuration('-0.5s'), { seconds: 0n, nanos: -500_000_000 });
  t.same(readDuration('315576000000s'), { seconds: 315_576_000_000n, nanos: 0 });
  for (const json of ['1', '1m', '250ms', '1.s', '.5s', '1.0000000001s', '+1s', '315576000000.1s', 1, null, '-s']) {
    t.ok(refused(readDuration(json)), String(json));
  }
  t.equal(writeDuration({ seconds: 0n, nanos: -1 }), '-0.000000001s');
  t.equal(writeDuration({ seconds: 1n, nanos: -1 }), undefined, 'the signs differ');
  t.equal(writeDuration({ seconds: 315_576_000_001n, nanos: 0 }), undefined);
  t.end();
});

t.test('times are RFC 3339 of a day that exists', (t) => {
  t.same(readTimestamp('2026-11-21T04:00:00.25+02:00'), { seconds: 1795226400n, nanos: 250_000_000 });
  t.same(readTimestamp('1969-12-31T23:59:59Z'), { seconds: -1n, nanos: 0 });
  for (const json of ['2026-02-30T00:00:00Z', '2026-01-01', '2026-01-01T00:00:00', '2026-13-01T00:00:00Z', '0000-01-01T00:00:00Z', 1]) {
    t.ok(refused(readTimestamp(json)), String(json));
  }
  t.equal(writeTimestamp({ seconds: 1795226400n, nanos: 1000 }), '2026-11-21T02:00:00.000001Z');
  t.equal(writeTimestamp({ seconds: 0n, nanos: -1 }), undefined);
  t.end();
});
