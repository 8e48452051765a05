import t from 'tap';
import { listener } from '../../test/support/runtime.ts';
import { fromBinary } from '../api/index.ts';
import { mergeClusters, mergeListeners } from './merge-status.ts';
import { hasPortZero, pinPorts } from './pinned-ports.ts';

const status = (name: string, port: number, activeConnections = 0) => ({
  name,
  addresses: [`127.0.0.1:${port}`],
  direction: 'inbound' as const,
  activeConnections,
  state: 'active' as const,
});

t.test('a listener on port 0 gets the port of the worker that was first, and keeps its stats prefix', (t) => {
  const resource = listener({ name: 'a' });
  t.equal(hasPortZero(resource), true);
  const pinned = pinPorts(resource, [status('b', 1), status('a', 4711)]);
  t.match(fromBinary('envoy.config.listener.v3.Listener', pinned.bytes), {
    statPrefix: '127.0.0.1_0',
    address: { address: { value: { portSpecifier: { case: 'portValue', value: 4711 } } } },
  });
  t.equal(hasPortZero(pinned), false);
  t.end();
});

t.test('a listener with a port of its own stays as it is', (t) => {
  const resource = listener({ name: 'a' }, 80);
  t.equal(hasPortZero(resource), false);
  t.equal(pinPorts(resource, [status('a', 80)]), resource);
  t.end();
});

t.test('statuses of several workers are one', (t) => {
  t.match(mergeListeners([[status('a', 1, 2), status('b', 2, 1)], [status('a', 1, 3)]]), [
    { name: 'a', activeConnections: 5 },
    { name: 'b', activeConnections: 1 },
  ]);
  const host = (address: string, health: number, total: number) => ({
    address,
    hostname: '',
    priority: 0,
    weight: 1,
    health,
    locality: { region: '', zone: '', subZone: '' },
    counters: { rq_total: total },
    gauges: { rq_active: 1 },
  });
  const cluster = (...hosts: ReturnType<typeof host>[]) => ({
    name: 'c',
    observabilityName: 'c',
    addedViaApi: false,
    thresholds: [],
    hosts,
  });
  t.match(mergeClusters([[cluster(host('x', 0, 1))], [cluster(host('x', 2, 4), host('y', 0, 7))]]), [
    {
      name: 'c',
      hosts: [
        { address: 'x', health: 2, counters: { rq_total: 5 }, gauges: { rq_active: 2 } },
        { address: 'y', counters: { rq_total: 7 } },
      ],
    },
  ]);
  t.end();
});
