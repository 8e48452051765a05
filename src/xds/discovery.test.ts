import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { Authority } from '../../test/support/pki.ts';
import { certificateSecret, SdsServer } from '../../test/support/sds-server.ts';
import { create, type Init } from '../api/index.ts';
import { Loggers } from '../base/log.ts';
import { type DiscoveryWatcher, RESOURCE_TYPES, type Resource } from '../runtime/contracts.ts';
import { Discovery } from './discovery.ts';
import { discoveryClusters } from './grpc-clusters.ts';

const ca = new Authority('root');

type ClusterInit = Init<'envoy.config.cluster.v3.Cluster'>;

function source(more: Init<'envoy.config.core.v3.GrpcService'> = {}) {
  return create('envoy.config.core.v3.ConfigSource', {
    configSourceSpecifier: {
      case: 'apiConfigSource',
      value: {
        apiType: 2,
        grpcServices: [{ targetSpecifier: { case: 'envoyGrpc', value: { clusterName: 'sds', retryPolicy: RETRY } }, ...more }],
      },
    },
  });
}

/** So that a test does not wait for half a second. */
const RETRY = { retryBackOff: { baseInterval: { seconds: 0n, nanos: 1_000_000 }, maxInterval: { seconds: 0n, nanos: 20_000_000 } } };

function clusterAt(address: Init<'envoy.config.core.v3.Address'>): ClusterInit {
  const endpoint = { hostIdentifier: { case: 'endpoint' as const, value: { address } } };
  return { name: 'sds', loadAssignment: { clusterName: 'sds', endpoints: [{ lbEndpoints: [endpoint] }] } };
}

/** Writes down what it is told; `said` waits for a line. */
class Recorder implements DiscoveryWatcher {
  readonly lines: string[] = [];
  refuse = '';
  readonly #wakers = new Set<() => void>();

  onResource({ name, version }: Resource) {
    this.#say(`resource ${name} ${version}`);
    return this.refuse === '' ? [] : [{ code: 'bad_value' as const, path: 'x', message: this.refuse }];
  }
  onRejected(reason: string) {
    this.#say(`rejected ${reason}`);
  }
  onRemoved() {
    this.#say('removed');
  }
  onTimeout() {
    this.#say('timeout');
  }
  onConnected(connected: boolean) {
    this.#say(connected ? 'connected' : 'lost');
  }
  onFailure(reason: string) {
    this.#say(`failure ${reason}`);
  }

  async said(line: string | RegExp): Promise<void> {
    while (!this.lines.some((each) => (typeof line === 'string' ? each === line : line.test(each)))) {
      await new Promise<void>((resolve) => this.#wakers.add(resolve));
    }
  }

  #say(line: string): void {
    this.lines.push(line);
    for (const wake of this.#wakers) wake();
    this.#wakers.clear();
  }
}

async function pair(t: Test, more: Init<'envoy.config.core.v3.GrpcService'> = {}) {
  const server = new SdsServer();
  const port = await server.listen('127.0.0.1:0');
  const address = {
    address: {
      case: 'socketAddress' as const,
      value: { address: '127.0.0.1', portSpecifier: { case: 'portValue' as const, value: port } },
    },
  };
  const discovery = new Discovery({
    clusters: discoveryClusters([create('envoy.config.cluster.v3.Cluster', clusterAt(address))]),
    node: create('envoy.config.core.v3.Node', { id: 'me', cluster: 'here' }),
    log: new Loggers('off').get('config'),
  });
  const alive = setInterval(() => {}, 60_000);
  t.teardown(() => {
    clearInterval(alive);
    server.stop();
  });
  const watch = (name: string, options: { initialFetchMs?: number } = {}) => {
    const recorder = new Recorder();
    const opened = discovery.source(source(more)).watch(RESOURCE_TYPES.secret, name, recorder, options);
    t.teardown(() => opened.close());
    return { recorder, watch: opened };
  };
  return { server, watch };
}

t.test('a secret is asked for, acknowledged, and asked for again when it is refused', async (t) => {
  const { server, watch } = await pair(t, { initialMetadata: [{ key: 'x-token', value: 'abc' }] });
  server.push(certificateSecret('cert', ca.issue({ cn: 'one' })));
  const { recorder } = watch('cert');
  await recorder.said('resource cert 1');
  const ack = await server.request(({ responseNonce }) => responseNonce === 'n1');
  t.match(server.requests[0], { node: { id: 'me' }, resourceNames: ['cert'], versionInfo: '', responseNonce: '' });
  t.match(ack, { versionInfo: '1', node: undefined, errorDetail: undefined });
  t.match(server.metadata, [{ authority: 'sds', 'x-token': 'abc' }]);
  recorder.refuse = 'no good';
  server.push(certificateSecret('cert', ca.issue({ cn: 'two' })));
  await recorder.said('rejected cert: x: no good');
  const nack = await server.request(({ responseNonce }) => responseNonce === 'n2');
  t.match(nack, { versionInfo: '1', errorDetail: { code: 13, message: 'cert: x: no good' } });
  t.same(recorder.lines, ['connected', 'resource cert 1', 'resource cert 2', 'rejected cert: x: no good']);
});

t.test('a lost stream is opened again with everything that was known', async (t) => {
  const { server, watch } = await pair(t);
  server.push(certificateSecret('cert', ca.issue({ cn: 'one' })));
  const { recorder } = watch('cert');
  await server.request(({ responseNonce }) => responseNonce === 'n1');
  server.endStreams();
  await recorder.said('resource cert 2');
  const again = server.requests.filter(({ node }) => node !== undefined);
  t.match(again, [{ versionInfo: '' }, { versionInfo: '1', responseNonce: '', resourceNames: ['cert'] }]);
  t.match(recorder.lines, ['connected', 'resource cert 1', 'lost', /^failure /, 'connected', 'resource cert 2']);
});

t.test('a server that goes away and comes back is found', async (t) => {
  const { server, watch } = await pair(t);
  server.push(certificateSecret('cert', ca.issue({ cn: 'one' })));
  const { recorder } = watch('cert');
  await recorder.said('resource cert 1');
  server.stop();
  await recorder.said(/^failure its server is gone: 14, /);
  await server.start();
  await recorder.said('resource cert 2');
});

t.test('two secrets have streams of their own and one connection', async (t) => {
  const { server, watch } = await pair(t);
  server.push(certificateSecret('a', ca.issue({ cn: 'a' })), certificateSecret('b', ca.issue({ cn: 'b' })));
  const [a, b] = [watch('a'), watch('b')];
  await Promise.all([a.recorder.said(/resource a/), b.recorder.said(/resource b/)]);
  t.equal(server.opened, 2);
  a.recorder.refuse = 'no';
  server.push(certificateSecret('a', ca.issue({ cn: 'a' })), certificateSecret('b', ca.issue({ cn: 'b' })));
  await b.recorder.said('resource b 4');
  t.notMatch(b.recorder.lines.join('\n'), /rejected/);
  a.watch.close();
  server.push(certificateSecret('a', ca.issue({ cn: 'a' })), certificateSecret('b', ca.issue({ cn: 'b' })));
  await b.recorder.said(/resource b [56]/);
  t.notMatch(a.recorder.lines.join('\n'), /resource a [56]/);
});

t.test('a secret that does not come in time is given up for now', async (t) => {
  const { server, watch } = await pair(t);
  const { recorder } = watch('late', { initialFetchMs: 20 });
  await recorder.said('timeout');
  server.push(certificateSecret('late', ca.issue({ cn: 'late' })));
  await recorder.said(/resource late/);
});

t.test('a server on a Unix socket is reached, also when it was started again', async (t) => {
  const path = join(mkdtempSync(join(tmpdir(), 'sds-')), 'sock');
  const server = new SdsServer();
  await server.listen(`unix:${path}`);
  t.teardown(() => server.stop());
  server.push(certificateSecret('cert', ca.issue({ cn: 'one' })));
  const discovery = new Discovery({
    clusters: discoveryClusters([create('envoy.config.cluster.v3.Cluster', clusterAt({ address: { case: 'pipe', value: { path } } }))]),
    node: null,
    log: new Loggers('off').get('config'),
  });
  const recorder = new Recorder();
  const watch = discovery.source(source()).watch(RESOURCE_TYPES.secret, 'cert', recorder);
  t.teardown(() => watch.close());
  await recorder.said('resource cert 1');
  server.stop();
  await recorder.said(/^failure /);
  await server.start();
  await recorder.said('resource cert 2');
});

t.test('clusters that cannot be asked say why', (t) => {
  const of = (init: ClusterInit) => discoveryClusters([create('envoy.config.cluster.v3.Cluster', init)]).get('sds');
  const tcp = (address: string, value: number) => ({
    address: { case: 'socketAddress' as const, value: { address, portSpecifier: { case: 'portValue' as const, value } } },
  });
  t.same(of(clusterAt(tcp('127.0.0.1', 15012))), { target: 'ipv4:127.0.0.1:15012' });
  t.same(of(clusterAt(tcp('::1', 15012))), { target: 'ipv6:[::1]:15012' });
  t.same(of({ ...clusterAt(tcp('istiod', 15012)), clusterDiscoveryType: { case: 'type', value: 1 } }), { target: 'dns:///istiod:15012' });
  t.same(of({ name: 'sds' }), { reason: 'it has no endpoint' });
  t.same(of({ ...clusterAt(tcp('1.1.1.1', 1)), clusterDiscoveryType: { case: 'type', value: 3 } }), {
    reason: 'discovery needs a cluster of type STATIC or DNS',
  });
  const typed = create('google.protobuf.Any', { typeUrl: 'x/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext' });
  const transportSocket: Init<'envoy.config.core.v3.TransportSocket'> = { name: 'tls', configType: { case: 'typedConfig', value: typed } };
  t.same(of({ name: 'sds', transportSocket }), { reason: 'discovery over TLS is not supported' });
  t.end();
});
