import t from 'tap';
import { GRPC_STATUS } from '../../../src/http/header-name.ts';
import { Headers } from '../../../src/http/headers.ts';
import { CLUSTER_STATS } from '../../../src/upstream/cluster-stats.ts';
import { FakeStats } from '../../../test/support/stats.ts';
import { ClusterMethods, methodOf, pathOnly } from './method-stats.ts';

function status(text: string): Headers {
  const headers = new Headers();
  headers.add(GRPC_STATUS, text);
  return headers;
}

t.test('a path of two parts names a method', (t) => {
  t.same(methodOf('/a.B/C'), { service: 'a.B', method: 'C' });
  t.same(methodOf('/a.B/C?d=/e'), { service: 'a.B', method: 'C' });
  for (const path of ['/a.B', '//C', '/a.B/', '/a.B/C/D', '/', '']) t.equal(methodOf(path), null, path);
  t.equal(pathOnly('/a.B/C?d'), '/a.B/C');
  t.end();
});

t.test('statuses, successes and messages count under the method', (t) => {
  const stats = new FakeStats();
  const methods = new ClusterMethods(stats.group('cluster.c.', CLUSTER_STATS), 'grpc');
  const of = methods.of('/a.B/C', { service: 'a.B', method: 'C' }, true);
  t.equal(methods.of('/a.B/C', { service: 'a.B', method: 'C' }, true), of);
  of.charge(status('0'));
  of.charge(status('14'));
  of.charge(status('rm -rf'));
  of.charge(new Headers());
  of.requestMessages(3);
  of.responseMessages(2);
  methods.common.charge(status('0'));
  const value = (name: string) => stats.value(`cluster.c.grpc.${name}`);
  t.same(
    ['a_B.C.0', 'a_B.C.14', 'a_B.C.success', 'a_B.C.failure', 'a_B.C.total', 'a_B.C.request_message_count'].map(value),
    [1, 1, 1, 2, 3, 3],
  );
  t.same(['a_B.C.response_message_count', '0', 'success', 'total'].map(value), [2, 1, 1, 1]);
  t.end();
});

t.test('callers cannot make counters without end', (t) => {
  const methods = new ClusterMethods(new FakeStats().group('cluster.c.', CLUSTER_STATS), 'grpc');
  let shared = 0;
  for (let i = 0; i < 1100; i++) if (methods.of(`/s/${i}`, { service: 's', method: String(i) }, false) === methods.common) shared++;
  t.equal(shared, 100);
  t.end();
});
