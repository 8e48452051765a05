import t from 'tap';
import { create, duration, epochMilliseconds, fromJson, milliseconds, timestamp, toJson } from './index.ts';

t.test('durations become milliseconds and come back', (t) => {
  for (const [text, ms] of [
    ['0s', 0],
    ['0.250s', 250],
    ['1.000500s', 1000.5],
    ['-2.500s', -2500],
    ['315576000000s', 315576000000000],
  ] as const) {
    t.equal(milliseconds(fromJson('google.protobuf.Duration', text)), ms, text);
    t.equal(toJson(duration(ms)), text);
  }
  t.equal(milliseconds(undefined), undefined);
  t.equal(milliseconds(create('google.protobuf.Duration', { nanos: 1 })), 0.000001);
  t.end();
});

t.test('timestamps count from the epoch, before it too', (t) => {
  t.equal(toJson(timestamp(Date.UTC(2026, 10, 21, 3, 4, 5, 678))), '2026-11-21T03:04:05.678Z');
  t.equal(toJson(timestamp(-1)), '1969-12-31T23:59:59.999Z');
  t.equal(epochMilliseconds(timestamp(1500)), 1500);
  t.end();
});
