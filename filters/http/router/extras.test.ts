import t from 'tap';
import type { RouteCounts, VirtualClusters } from '../../../src/http/route.ts';
import { httpConditions } from '../../../src/upstream/retry/conditions.ts';
import { NO_RETRIES, RetryPolicy } from '../../../src/upstream/retry/retry-policy.ts';
import { RETRY_LIMIT, RETRY_YES } from '../../../src/upstream/retry/retry-state.ts';
import { RouterBench, type RouterBenchOptions } from '../../../test/support/router-bench.ts';

/** Writes down what it was told. */
class Notes implements RouteCounts {
  readonly told: string[] = [];

  onAttempt(): void {
    this.told.push('attempt');
  }
  onResponse(status: number): void {
    this.told.push(`response ${status}`);
  }
  onTimeout(): void {
    this.told.push('timeout');
  }
  onRetry(decision: number): void {
    this.told.push(decision === RETRY_YES ? 'retry' : decision === RETRY_LIMIT ? 'no retry left' : 'no room');
  }
  onRetrySuccess(): void {
    this.told.push('retry helped');
  }
  recordTime(ms: number): void {
    this.told.push(`${ms} ms`);
  }
}

function counted(options: RouterBenchOptions = {}): { bench: RouterBench; notes: Notes } {
  const notes = new Notes();
  const bench = new RouterBench({ ...options, route: { counts: notes, ...options.route } }).start();
  return { bench, notes };
}

const retryPolicy = new RetryPolicy({ ...NO_RETRIES, conditions: httpConditions('5xx') });

t.test('a route with counters of its own counts what its cluster counts', (t) => {
  const { bench, notes } = counted();
  bench.connect();
  bench.cluster.dispatcher.advance(7);
  bench.upstream.respond(200);
  t.same(notes.told, ['attempt', 'response 200', '7 ms']);
  t.end();
});

t.test('a retry counts, and that it helped', (t) => {
  const { bench, notes } = counted({ entry: { retryPolicy } });
  bench.connect().respond(503);
  bench.cluster.dispatcher.advance(32);
  bench.upstream.respond(200);
  t.same(notes.told.slice(0, -1), ['attempt', 'retry', 'attempt', 'retry helped', 'response 200']);
  t.end();
});

t.test('a retry that does not help is the last', (t) => {
  const { bench, notes } = counted({ entry: { retryPolicy } });
  bench.connect().respond(503);
  bench.cluster.dispatcher.advance(32);
  bench.upstream.respond(503);
  t.same(notes.told.slice(0, -1), ['attempt', 'retry', 'attempt', 'no retry left', 'response 503']);
  t.end();
});

t.test('timeouts and failures count as responses of the proxy', (t) => {
  const late = counted({ entry: { timeoutMs: 10 } });
  late.bench.connect();
  late.bench.cluster.dispatcher.advance(20);
  t.same(late.notes.told, ['attempt', 'timeout', 'response 504']);
  const refused = counted();
  refused.bench.cluster.connection().fail('refused');
  t.same(refused.notes.told, ['response 503']);
  const empty = counted({ cluster: { hosts: [] } });
  t.same(empty.notes.told, ['response 503']);
  const missing = counted({ missing: true });
  t.same(missing.notes.told, [], 'without a cluster nothing counts');
  t.end();
});

t.test('a virtual cluster counts the requests that it matches as they came', (t) => {
  const notes = new Notes();
  const asked: string[] = [];
  const virtualClusters: VirtualClusters = {
    of: (headers) => {
      asked.push(headers.path);
      return notes;
    },
  };
  const rewrite = { apply: () => {} };
  const bench = new RouterBench({ route: { virtualHost: { name: 'v', includeAttemptCount: false, virtualClusters } }, entry: { rewrite } });
  bench.stream.requestHeaders.path = '/a';
  bench.start();
  bench.connect().respond(204);
  t.same(asked, ['/a']);
  t.same(notes.told.slice(0, 2), ['attempt', 'response 204']);
  t.end();
});
