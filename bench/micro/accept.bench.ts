/**
 * What a connection costs before a filter chain has it, sockets aside: each listener filter on the bytes that a sidecar sees, and the
 * choice of the chain on one of Istio's inbound listeners (PERMISSIVE, 20 ports) and by prefix.
 */
import type { Socket } from 'node:net';
import { HttpInspectorFactory } from '../../listeners/http_inspector/filter.ts';
import { HTTP_INSPECTOR_STATS } from '../../listeners/http_inspector/stats.ts';
import { ProxyProtocolFactory } from '../../listeners/proxy_protocol/filter.ts';
import { LEGACY_STATS, PROXY_STATS, VERSION_STATS } from '../../listeners/proxy_protocol/stats.ts';
import { ALL } from '../../listeners/tcp/chain-criteria.ts';
import { ChainTable, type Criteria } from '../../listeners/tcp/chain-match.ts';
import type { FilterChainSettings } from '../../listeners/tcp/settings.ts';
import { TlsInspectorFactory } from '../../listeners/tls_inspector/filter.ts';
import { TLS_INSPECTOR_STATS } from '../../listeners/tls_inspector/stats.ts';
import { ipAddress } from '../../src/base/address.ts';
import { type Prefix, prefixOf } from '../../src/base/prefix-table.ts';
import { loadLibc } from '../../src/net/libc.ts';
import { AcceptedConnection, type ListenerFilterFactory } from '../../src/net/listener-filter.ts';
import { KernelDestinations } from '../../src/net/original-destination.ts';
import { createWorkerStats } from '../../src/telemetry/worker-stats.ts';
import { proxyHeader } from '../../test/support/accept-probes.ts';
import { clientHello } from '../../test/support/client-hello.ts';
import type { Case, Micro } from './harness.ts';

const stats = createWorkerStats();
const SOCKET = {} as Socket;
const HERE = ipAddress('10.244.0.9', 9080);
const PEER = ipAddress('10.244.0.8', 40_000);

function filterCase(name: string, factory: ListenerFilterFactory, bytes: Buffer): Case {
  return {
    name,
    run(times) {
      let sum = 0;
      for (let i = 0; i < times; i++) {
        const accepted = new AcceptedConnection(SOCKET, HERE, PEER);
        const filter = factory.create();
        filter.onAccept(accepted);
        sum += filter.onPeek(accepted, bytes) + accepted.applicationProtocols.length;
      }
      return sum;
    },
  };
}

const chain = (name: string): FilterChainSettings => ({ name, transport: null as never, transportTimeoutMs: 0, filters: [] });

function permissive(): ChainTable {
  const table = new ChainTable([], null);
  for (let port = 9080; port < 9100; port++) {
    const mtls: Criteria = {
      ...ALL,
      destinationPort: port,
      transportProtocol: 'tls',
      applicationProtocols: ['istio', 'istio-peer-exchange', 'istio-http/1.0', 'istio-http/1.1', 'istio-h2'],
    };
    table.add(mtls, chain(`${port} mtls`));
    table.add({ ...ALL, destinationPort: port, transportProtocol: 'raw_buffer' }, chain(`${port} plain`));
  }
  return table;
}

function prefixes(): ChainTable {
  const table = new ChainTable([], null);
  for (let i = 0; i < 200; i++) table.add({ ...ALL, prefixes: [prefixOf(`10.${i}.0.0`, 16) as Prefix] }, chain(String(i)));
  return table;
}

function matchCase(name: string, table: ChainTable): Case {
  return {
    name,
    run(times) {
      const accepted = new AcceptedConnection(SOCKET, HERE, PEER);
      accepted.transportProtocol = 'tls';
      accepted.applicationProtocols = ['istio-h2', 'istio', 'h2'];
      let sum = 0;
      for (let i = 0; i < times; i++) sum += table.match(accepted)?.name.length ?? 0;
      return sum;
    },
  };
}

/** The kernel is asked about a descriptor that is no socket, which costs the same way in. */
function kernelCase(): Case[] {
  const libc = loadLibc();
  if (typeof libc === 'string') return [];
  const destinations = new KernelDestinations(libc);
  const socket = { localAddress: '127.0.0.1', localPort: 15001, _handle: { fd: 0 } } as unknown as Socket;
  return [
    {
      name: 'original_dst, not redirected (two calls of getsockopt)',
      run(times) {
        let sum = 0;
        for (let i = 0; i < times; i++) sum += destinations.of(socket) === null ? 1 : 0;
        return sum;
      },
    },
  ];
}

const tls = new TlsInspectorFactory({
  maxHelloBytes: 16_384,
  closeOnErrors: false,
  stats: stats.group('tls_inspector.', TLS_INSPECTOR_STATS),
});
const http = new HttpInspectorFactory(stats.group('http_inspector.', HTTP_INSPECTOR_STATS));
const proxy = new ProxyProtocolFactory({
  rules: { optional: false, v1: true, v2: true },
  stats: stats.group('p.', PROXY_STATS),
  v1Stats: stats.group('p.v1.', VERSION_STATS),
  v2Stats: stats.group('p.v2.', VERSION_STATS),
  legacyStats: stats.group('', LEGACY_STATS),
});
const hello = clientHello({
  serverName: 'outbound_.9080_._.reviews.default.svc.cluster.local',
  alpn: ['istio-h2', 'istio', 'h2'],
  versions: [0x0304, 0x0303],
  padding: 150,
});
const request = Buffer.from(
  'GET /productpage?u=normal HTTP/1.1\r\nhost: productpage:9080\r\nuser-agent: curl/8.7.1\r\naccept: */*\r\n\r\n',
);

export default {
  name: 'accept',
  cases: [
    filterCase(`tls_inspector, hello of ${hello.length} bytes`, tls, hello),
    filterCase('tls_inspector, a request', tls, request),
    filterCase('http_inspector, a request', http, request),
    filterCase('proxy_protocol, version 2', proxy, proxyHeader('10.0.0.1:1000', '10.0.0.2:2000')),
    filterCase('proxy_protocol, version 1', proxy, Buffer.from('PROXY TCP4 10.0.0.1 10.0.0.2 1000 2000\r\n')),
    ...kernelCase(),
    matchCase('chain of 40 by port, transport and ALPN', permissive()),
    matchCase('chain of 200 by prefix', prefixes()),
  ],
} satisfies Micro;
