import t from 'tap';
import { grpcTimeoutOf, grpcTimeoutText } from './grpc-timeout.ts';
import { GRPC_TIMEOUT } from './header-name.ts';
import { Headers } from './headers.ts';

function read(text: string): number {
  const headers = new Headers();
  headers.add(GRPC_TIMEOUT, text);
  return grpcTimeoutOf(headers);
}

t.test('every unit is understood, parts of a millisecond round up', (t) => {
  t.same(['2H', '3M', '4S', '5m', '1500u', '1u', '1000001n', '0S'].map(read), [7_200_000, 180_000, 4000, 5, 2, 1, 2, 0]);
  t.equal(read('99999999H'), 359_999_996_400_000);
  t.end();
});

t.test('what is no timeout is none', (t) => {
  for (const text of ['', 'S', '5', '5s', '5 S', '-1S', '1.5S', '123456789m', 'x']) t.equal(read(text), -1, text);
  t.equal(grpcTimeoutOf(new Headers()), -1);
  t.end();
});

t.test('a timeout is written with at most eight digits', (t) => {
  t.same([0, 5000, 99_999_999, 100_000_000, 99_999_999_999, 100_000_000_000, 1e15, 1e18].map(grpcTimeoutText), [
    '0m',
    '5000m',
    '99999999m',
    '100000S',
    '99999999S',
    '1666666M',
    '99999999H',
    '99999999H',
  ]);
  t.end();
});
