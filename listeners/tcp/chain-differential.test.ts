/**
 * The chain that a real Envoy chooses for a connection, and the one that Outrigger chooses: made-up listeners with every criterion, and
 * every recorded listener of Istio's (outbound, and inbound under PERMISSIVE, STRICT and DISABLE) with all kinds of clients. PROXY
 * headers stand for redirected connections.
 */
import t from 'tap';
import {
  chain,
  HTTP_INSPECTOR,
  type Landed,
  PROXY_PROTOCOL,
  type Probe,
  probe,
  probedListener,
  proxyHeader,
  TLS_INSPECTOR,
} from '../../test/support/accept-probes.ts';
import { type ChainProbe, type ChainSet, type Hello, type Json, MADE, recordedSets } from '../../test/support/chain-corpus.ts';
import { envoyMissing } from '../../test/support/child-proxy.ts';
import { clientHello } from '../../test/support/client-hello.ts';

const missing = envoyMissing();

function listenerOf({ name, tlsInspector, httpInspector, chains, hasDefault }: ChainSet): object {
  const with_ = (filter: object, disabled: Json | null | undefined): object[] =>
    disabled === undefined ? [] : [disabled === null ? filter : { ...filter, filter_disabled: disabled }];
  return probedListener(name, {
    listener_filters: [PROXY_PROTOCOL, ...with_(TLS_INSPECTOR, tlsInspector), ...with_(HTTP_INSPECTOR, httpInspector)],
    continue_on_listener_filters_timeout: true,
    filter_chains: chains.map(([chainName, match]) => chain(chainName, match)),
    ...(hasDefault ? { default_filter_chain: chain('default', null) } : {}),
  });
}

function bytesOf({ kind, serverName, alpn }: Hello): Buffer {
  switch (kind) {
    case 'tls':
      return clientHello({
        versions: [0x0304, 0x0303],
        ...(serverName === undefined ? {} : { serverName }),
        ...(alpn === undefined ? {} : { alpn }),
      });
    case 'h2c':
      return Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\xff\xff\xff\xff\xff\xff\xff\xff\xff', 'latin1');
    case 'binary':
      return Buffer.from('\0\x01 no protocol that anybody knows\n\r\n\r\n', 'latin1');
    default:
      return Buffer.from(`GET / ${kind.toUpperCase()}\r\nhost: a\r\nconnection: close\r\n\r\n`);
  }
}

function probeOf(listener: string, { to, from, direct, hello }: ChainProbe): Probe {
  const bytes = Buffer.concat([proxyHeader(from, to), bytesOf(hello)]);
  return direct === undefined ? { listener, bytes } : { listener, bytes, from: direct };
}

interface Compared {
  readonly name: string;
  readonly ours: Landed | undefined;
  readonly envoys: Landed | undefined;
  readonly expect: string | undefined;
}

async function compare(sets: readonly ChainSet[]): Promise<Compared[]> {
  const listeners = sets.map(listenerOf);
  const asked = sets.flatMap((set) => set.probes.map((each) => ({ set, each })));
  const probes = asked.map(({ set, each }) => probeOf(set.name, each));
  const envoys = await probe('envoy', listeners, probes);
  const ours = await probe('outrigger', listeners, probes);
  return asked.map(({ set, each }, i) => ({
    name: `${set.name}: ${each.from} to ${each.to}, ${JSON.stringify(each.hello)}`,
    ours: ours.landed[i],
    envoys: envoys.landed[i],
    expect: each.expect,
  }));
}

t.test('every criterion leads where Envoy goes', missing === null ? {} : { skip: missing }, async (t) => {
  for (const { name, ours, envoys, expect } of await compare(MADE)) {
    t.same(ours, envoys, name);
    t.equal(ours?.chain, expect, 'and where the table says');
  }
});

t.test('recorded listeners lead where Envoy goes', missing === null ? {} : { skip: missing }, async (t) => {
  const sets = recordedSets();
  t.ok(sets.filter(({ name }) => name.startsWith('virtualInbound')).length >= 3, 'PERMISSIVE, STRICT and DISABLE');
  const results = await compare(sets);
  t.ok(results.length > 300, `${results.length} connections to ${sets.length} listeners`);
  const chains = new Set(results.map(({ name, ours }) => `${name.split(':')[0]} ${ours?.chain}`));
  t.ok(chains.size > 20, `which end in ${chains.size} different chains`);
  for (const { name, ours, envoys } of results) {
    t.same(ours, envoys, name);
    t.not(ours?.chain, '', 'every connection is logged');
  }
});
