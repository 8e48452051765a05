/**
 * Connections that say something and end, sent to a real Envoy and to Outrigger with the same listener: which filter chain each of them
 * got, with which addresses, is read from the listener's access log. Chains answer by themselves; no handshake is made.
 */
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { ipBytes } from '../../src/base/ip.ts';
import { type ChildProxy, loopback, startChild } from './child-proxy.ts';

const TYPE = 'type.googleapis.com/envoy.extensions';

export const PROXY_PROTOCOL = {
  name: 'envoy.filters.listener.proxy_protocol',
  typed_config: { '@type': `${TYPE}.filters.listener.proxy_protocol.v3.ProxyProtocol` },
};
export const TLS_INSPECTOR = {
  name: 'envoy.filters.listener.tls_inspector',
  typed_config: { '@type': `${TYPE}.filters.listener.tls_inspector.v3.TlsInspector` },
};
export const HTTP_INSPECTOR = {
  name: 'envoy.filters.listener.http_inspector',
  typed_config: { '@type': `${TYPE}.filters.listener.http_inspector.v3.HttpInspector` },
};

/** A chain that answers every request, whatever came before. */
export function chain(name: string, match: object | null): object {
  const manager = {
    '@type': `${TYPE}.filters.network.http_connection_manager.v3.HttpConnectionManager`,
    stat_prefix: 'chain',
    route_config: {
      virtual_hosts: [{ name: 'all', domains: ['*'], routes: [{ match: { prefix: '/' }, direct_response: { status: 200 } }] }],
    },
    http_filters: [{ name: 'router', typed_config: { '@type': `${TYPE}.filters.http.router.v3.Router` } }],
  };
  return {
    name,
    ...(match === null ? {} : { filter_chain_match: match }),
    filters: [{ name: 'hcm', typed_config: manager }],
  };
}

const LINE = `${['DIRECT_REMOTE_ADDRESS_WITHOUT_PORT', 'LOCAL_ADDRESS', 'REMOTE_ADDRESS'].map((each) => `%DOWNSTREAM_${each}%`).join('|')}|%FILTER_CHAIN_NAME%|%REQUESTED_SERVER_NAME%\n`;

export function probedListener(name: string, more: object): object {
  const log = { path: '%DIR%/access.log', log_format: { text_format_source: { inline_string: LINE } } };
  return {
    name,
    address: loopback(0),
    listener_filters_timeout: '0.5s',
    access_log: [{ name: 'file', typed_config: { '@type': `${TYPE}.access_loggers.file.v3.FileAccessLog`, ...log } }],
    ...more,
  };
}

export interface Probe {
  readonly listener: string;
  readonly bytes: Buffer;
  /** First two bytes of the client's address, default `127.1`; the rest tells the probes apart. */
  readonly from?: string;
  /** Pieces that the bytes are sent in, one turn of the event loop apart. */
  readonly cuts?: readonly number[];
}

export interface Landed {
  /** `-` when no chain took it; '' when nothing was logged. */
  readonly chain: string;
  readonly local: string;
  readonly remote: string;
  readonly serverName: string;
}

export interface ProbedProxy {
  readonly landed: readonly Landed[];
  /** Counters and gauges that are not 0. */
  readonly stats: ReadonlyMap<string, number>;
}

/** Starts the proxy, sends the probes in turn, and stops it. */
export async function probe(kind: ChildProxy['kind'], listeners: readonly object[], probes: readonly Probe[]): Promise<ProbedProxy> {
  const proxy = await startChild(kind, { static_resources: { listeners } });
  const addresses = probes.map(({ from = '127.1' }, i) => `${from}.${i >> 8}.${i & 0xff}`);
  try {
    for (const [i, each] of probes.entries()) await send(proxy.ports.get(each.listener) ?? 0, addresses[i] as string, each);
    const stats = statsIn((await proxy.admin('/stats')).body);
    await written(proxy, addresses.at(-1) as string);
    const lines = new Map((await proxy.stop()).accessLog.split('\n').map((line) => [line.split('|')[0], line.split('|')]));
    const landed = addresses.map((address) => {
      const [, local = '', remote = '', name = '', serverName = ''] = lines.get(address) ?? [];
      // Ports that the kernel chose.
      return { chain: name, local: local.replace(/^(127\..*):\d+$/, '$1'), remote: remote.startsWith(address) ? '' : remote, serverName };
    });
    return { landed, stats };
  } finally {
    await proxy.stop();
  }
}

/** The line of the last probe is there; the ones before it are older. */
async function written(proxy: ChildProxy, address: string): Promise<void> {
  const last = `${address}|`;
  const deadline = Date.now() + 3000;
  for (;;) {
    let text = '';
    try {
      text = readFileSync(join(proxy.folder, 'access.log'), 'latin1');
    } catch {}
    if (text.split('\n').some((line) => line.startsWith(last)) || Date.now() > deadline) return;
    await new Promise(setImmediate);
  }
}

/** Resolves when the proxy has closed. */
function send(port: number, localAddress: string, { bytes, cuts }: Probe): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', localAddress, noDelay: true, allowHalfOpen: true });
    const ends = [...(cuts ?? []), bytes.length];
    let at = 0;
    const next = (): void => {
      const end = ends.shift();
      // No FIN: a proxy that still looks at the bytes may take it for the end.
      if (end === undefined || socket.destroyed) return;
      socket.write(bytes.subarray(at, end), () => setImmediate(next));
      at = end;
    };
    // What the proxy neither refuses nor answers is given up.
    const timer = setTimeout(() => socket.destroy(), 1500);
    socket.on('connect', next);
    socket.on('error', () => {});
    // An answer is enough: Envoy would wait for our FIN.
    socket.once('data', () => socket.end());
    socket.on('end', () => socket.end());
    socket.on('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

function statsIn(body: string): Map<string, number> {
  const pairs = body.split('\n').map((line) => line.split(': ') as [string, string]);
  return new Map(pairs.filter(([, value]) => Number(value) > 0).map(([name, value]) => [name, Number(value)]));
}

/** A PROXY header of version 2; the addresses are `ip:port`, IPv6 without brackets. */
export function proxyHeader(source: string, destination: string, extensions: Buffer = Buffer.alloc(0)): Buffer {
  const [from, to] = [source, destination].map((text) => {
    const at = text.lastIndexOf(':');
    return { ip: Buffer.from(ipBytes(text.slice(0, at)) as Uint8Array), port: Number(text.slice(at + 1)) };
  }) as [{ ip: Buffer; port: number }, { ip: Buffer; port: number }];
  const ports = Buffer.alloc(4);
  ports.writeUInt16BE(from.port, 0);
  ports.writeUInt16BE(to.port, 2);
  const content = Buffer.concat([from.ip, to.ip, ports, extensions]);
  return proxyHeaderV2(0x21, from.ip.length === 4 ? 0x11 : 0x21, content);
}

export function proxyHeaderV2(versionAndCommand: number, familyAndTransport: number, content: Buffer): Buffer {
  const head = Buffer.from('\r\n\r\n\0\r\nQUIT\n\0\0\0\0', 'latin1');
  head[12] = versionAndCommand;
  head[13] = familyAndTransport;
  head.writeUInt16BE(content.length, 14);
  return Buffer.concat([head, content]);
}
