import t from 'tap';
import { FakeStats } from '../../test/support/stats.ts';
import { RETRY_LIMIT, RETRY_OVERFLOW, RETRY_YES } from './retry/retry-state.ts';
import { routeCounts, virtualClusterCounts } from './route-counts.ts';

t.test('a route and a virtual cluster count under the names of their hosts', (t) => {
  const stats = new FakeStats();
  const route = routeCounts(stats, 'host', 'mine');
  virtualClusterCounts(stats, 'host', 'reads').onAttempt();
  route.onAttempt();
  route.onTimeout();
  for (const decision of [RETRY_YES, RETRY_YES, RETRY_LIMIT, RETRY_OVERFLOW]) route.onRetry(decision);
  route.onRetrySuccess();
  t.equal(stats.value('vhost.host.vcluster.reads.upstream_rq_total'), 1);
  const of = (name: string) => stats.value(`vhost.host.route.mine.upstream_rq_${name}`);
  t.same(['total', 'timeout', 'retry', 'retry_limit_exceeded', 'retry_overflow', 'retry_success'].map(of), [1, 1, 2, 1, 1, 1]);
  t.end();
});

t.test('responses count by status and class', (t) => {
  const stats = new FakeStats();
  const route = routeCounts(stats, 'host', 'mine');
  for (const status of [200, 200, 204, 503]) route.onResponse(status);
  const of = (name: string) => stats.value(`vhost.host.route.mine.upstream_rq_${name}`);
  t.same(['200', '204', '2xx', '503', '5xx', 'completed'].map(of), [2, 1, 3, 1, 1, 4]);
  t.end();
});
