import t from 'tap';
import { httpListener, staticCluster } from '../../test/support/bootstrap.ts';
import { fromJson, type Message } from '../api/index.ts';
import { Loggers } from '../base/log.ts';
import type { ApplyResult, ResourceUpdate } from '../runtime/contracts.ts';
import { type Candidate, Reloader } from './reload.ts';

type Bootstrap = Message<'envoy.config.bootstrap.v3.Bootstrap'>;

const bootstrap = (listeners: readonly object[], clusters: readonly object[], more: object = {}): Bootstrap =>
  fromJson('envoy.config.bootstrap.v3.Bootstrap', { ...more, static_resources: { listeners, clusters } } as never);

const [one, two, other] = [staticCluster('app', 1), staticCluster('app', 2), staticCluster('other', 1)];
const incoming = httpListener('in', 'app');

/** A reloader over a runtime that only keeps what it is told, and refuses listeners called `taken`. */
function setUp(first: Bootstrap) {
  const updates: ResourceUpdate[] = [];
  let log = '';
  const write = (line: string): void => {
    log += line;
  };
  const next: Candidate[] = [];
  const reloader = new Reloader({
    runtime: {
      async apply(update) {
        updates.push(update);
        return update.set.map((resource): ApplyResult => {
          if (resource.name !== 'taken') return { resource, accepted: true };
          return { resource, accepted: false, problems: [{ code: 'io', path: 'address', message: 'in use' }] };
        });
      },
    },
    log: new Loggers('info', { write }).get('config'),
    name: 'x.yaml',
    bootstrap: first,
    read: async () => next.shift() ?? { report: 'nothing there' },
  });
  const offer = (message: Bootstrap): void => {
    const render: (problems: readonly { readonly path: string }[]) => string = (problems) => problems.map(({ path }) => path).join();
    next.push({ configuration: { bootstrap: message, unknownFields: [], locate: (problems) => problems, render } });
  };
  const told = (): string[] =>
    updates.splice(0).map(({ set, remove }) => [...set.map(({ name }) => `+${name}`), ...remove.map(({ name }) => `-${name}`)].join(' '));
  return { reloader, next, offer, told, log: () => log };
}

t.test('only what differs is applied', async (t) => {
  const { reloader, offer, told, log } = setUp(bootstrap([incoming], [one]));
  offer(bootstrap([incoming], [one]));
  t.equal(await reloader.reload(), 'unchanged');
  t.same(told(), []);
  offer(bootstrap([incoming], [two, other]));
  t.equal(await reloader.reload(), 'applied');
  t.same(told(), ['+app +other']);
  offer(bootstrap([], [two]));
  t.equal(await reloader.reload(), 'applied');
  t.same(told(), ['-other -in']);
  t.match(log(), /x\.yaml: applied cluster app, cluster other in/);
  t.match(log(), /x\.yaml: applied without cluster other, without listener in in/);
});

t.test('a file with mistakes changes nothing, and neither does the next one that says the same as before', async (t) => {
  const { reloader, next, offer, told, log } = setUp(bootstrap([incoming], [one]));
  next.push({ report: 'line 1 is bad' });
  t.equal(await reloader.reload(), 'refused');
  t.match(log(), /keeps the last good configuration; the new one has mistakes\nline 1 is bad/);
  offer(bootstrap([incoming], [one]));
  t.equal(await reloader.reload(), 'unchanged');
  t.same(told(), []);
});

t.test('what is refused when it is applied is taken back', async (t) => {
  const { reloader, offer, told, log } = setUp(bootstrap([incoming], [one]));
  offer(bootstrap([httpListener('taken', 'app')], [two]));
  t.equal(await reloader.reload(), 'refused');
  t.same(told(), ['+app +taken -in', '+app +in -taken']);
  t.match(log(), /cannot be applied\nstatic_resources\.listeners\[0\]\.address/);
});

t.test('changes that come while one is applied are one reload more', async (t) => {
  const { reloader, offer, told } = setUp(bootstrap([incoming], [one]));
  for (const cluster of [two, other]) offer(bootstrap([incoming], [cluster]));
  const all = [reloader.reload(), reloader.reload(), reloader.reload()];
  t.same(await Promise.all(all), ['applied', 'applied', 'applied']);
  t.same(told(), ['+app', '+other -app']);
});

t.test('parts that are read at the start only are named', async (t) => {
  const { reloader, offer, log } = setUp(bootstrap([], []));
  offer(bootstrap([], [], { node: { id: 'a' }, admin: {} }));
  t.equal(await reloader.reload(), 'unchanged');
  t.match(log(), /changes of node, admin take effect at the next start/);
});
