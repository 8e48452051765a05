import t from 'tap';
import { GRPC_TIMEOUT } from '../header-name.ts';
import { Headers } from '../headers.ts';
import { streamDuration } from './stream-duration.ts';

const NEVER = Number.POSITIVE_INFINITY;

/** The limit, and what the upstream is told. */
function of(route: readonly [number, number, number] | null, own: number, asked = '', grpc = true): [number, string | undefined] {
  const headers = new Headers();
  if (asked !== '') headers.add(GRPC_TIMEOUT, asked);
  const limit = route === null ? null : { durationMs: route[0], grpcMaxMs: route[1], grpcOffsetMs: route[2] };
  return [streamDuration(limit, own, headers, grpc), headers.get(GRPC_TIMEOUT)];
}

t.test("without a limit of the route the connection manager's holds, and nobody is told", (t) => {
  t.same(of(null, 0, '5S'), [NEVER, '5S']);
  t.same(of(null, 3000, '5S'), [3000, '5S']);
  t.same(of([-1, -1, 0], 3000, '', false), [3000, undefined]);
  t.end();
});

t.test("the route's duration replaces it, and 0 lifts it", (t) => {
  t.same(of([2000, -1, 0], 3000), [2000, '2000m']);
  t.same(of([0, -1, 0], 3000), [NEVER, undefined]);
  t.same(of([2000, -1, 0], 0, '', false), [2000, undefined]);
  t.end();
});

t.test('a request brings its own timeout where the route has a cap for it', (t) => {
  t.same(of([0, 0, 0], 0, '3S'), [3000, '3000m'], '0 is no cap');
  t.same(of([2000, 1500, 200], 0, '5S'), [1300, '1300m']);
  t.same(of([2000, 1500, 200], 0, '1S'), [800, '800m']);
  t.same(of([2000, 1500, 200], 0, '100m'), [0, '0m'], 'an offset may leave nothing');
  t.same(of([2000, 1500, 200], 0, '0S'), [0, '0m']);
  t.same(of([2000, 1500, 200], 0, ''), [2000, '2000m']);
  t.same(of([2000, 1500, 200], 0, '5S', false), [1300, '5S'], 'the header decides, whatever the request is');
  t.same(of([2000, 1500, 0], 0, 'soon'), [2000, '2000m']);
  t.end();
});
