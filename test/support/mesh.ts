/** A mesh of three pods on this machine: `a` and `b` have a proxy, `c` is outside. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { envoyMissing } from './child-proxy.ts';
import type { PortSpec, ServiceSpec } from './istio-config.ts';
import { type Pod, PodNetwork, podsMissing } from './netns.ts';
import { Authority } from './pki.ts';
import type { AppOptions } from './pod-app.ts';
import { PodApp, Sidecar } from './sidecar.ts';

const PORTS: readonly PortSpec[] = [
  { port: 8080, protocol: 'http', mode: 'PERMISSIVE' },
  { port: 8081, protocol: 'http', mode: 'STRICT' },
  { port: 8082, protocol: 'http', mode: 'DISABLE' },
  { port: 9000, protocol: 'tcp', mode: 'PERMISSIVE' },
  { port: 9001, protocol: 'tcp', mode: 'STRICT' },
  { port: 9002, protocol: 'tcp', mode: 'DISABLE' },
  { port: 9090, protocol: 'auto', mode: 'PERMISSIVE' },
  { port: 9091, protocol: 'auto', mode: 'STRICT' },
];
const HTTP_PORTS = [8080, 8081, 8082, 9090];
const TCP_PORTS = [9000, 9001, 9002, 9091];

/** The proxies of `a` and `b`. */
export interface Kinds {
  readonly a: 'envoy' | 'outrigger';
  readonly b: 'envoy' | 'outrigger';
}

export interface Mesh {
  readonly network: PodNetwork;
  readonly apps: { readonly a: PodApp; readonly b: PodApp; readonly c: PodApp };
  readonly proxies: { readonly a: Sidecar; readonly b: Sidecar };
  vip(name: 'a' | 'b'): string;
  ip(name: 'a' | 'b' | 'c'): string;
}

export const identityOf = (name: string): string => `spiffe://cluster.local/ns/default/sa/${name}`;

/** Why there can be no such mesh here, or null. */
export function meshMissing({ a, b }: Kinds): string | null {
  return podsMissing() ?? (a === 'envoy' || b === 'envoy' ? envoyMissing() : null);
}

/** Resolves when everything serves. */
export async function startMesh(kinds: Kinds, family: 4 | 6): Promise<{ mesh: Mesh; close: () => Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'outrigger-pods-'));
  chmodSync(folder, 0o755);
  const network = new PodNetwork(['a', 'b', 'c']);
  const close = async (): Promise<void> => {
    await network.close();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const authority = new Authority('cluster.local');
    const address = (pod: Pod): string => (family === 4 ? pod.ip4 : pod.ip6);
    const ip = (name: 'a' | 'b' | 'c'): string => address(network.pod(name));
    const vip = (name: 'a' | 'b'): string => (family === 4 ? '10.96.0.1' : 'fd00:96::1') + (name === 'a' ? '0' : '1');
    const services: ServiceSpec[] = (['a', 'b'] as const).map((name) => ({
      name: `${name}.default.svc.cluster.local`,
      vip: vip(name),
      podIp: ip(name),
      identity: identityOf(name),
      ports: PORTS,
    }));
    const appOf = (name: string): AppOptions => ({ name, httpPorts: HTTP_PORTS, tcpPorts: TCP_PORTS });
    network.pod('a').redirect();
    network.pod('b').redirect();
    const [a, b, c] = await Promise.all((['a', 'b', 'c'] as const).map((name) => PodApp.start(network.pod(name), appOf(name))));
    const apps = { a: a as PodApp, b: b as PodApp, c: c as PodApp };
    const sidecar = (name: 'a' | 'b'): Promise<Sidecar> =>
      Sidecar.start(
        kinds[name],
        network.pod(name),
        apps[name],
        folder,
        { family, services, own: PORTS },
        authority.issue({ sans: [`URI:${identityOf(name)}`] }),
        authority.certificate,
      );
    const [ofA, ofB] = await Promise.all([sidecar('a'), sidecar('b')]);
    const proxies = { a: ofA, b: ofB };
    return { mesh: { network, apps, proxies, vip, ip }, close };
  } catch (error) {
    await close();
    throw error;
  }
}
