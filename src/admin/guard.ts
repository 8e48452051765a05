/**
 * Who may read pages and change things. A browser can be made to talk to a loopback port, by a page of another site (its Origin
 * says so) or by a name that is rebound to 127.0.0.1 (the Host header says so). Names of this machine and addresses are
 * what a person or a tool on it uses; everything else is refused.
 */
import { isIP } from 'node:net';
import { hostname } from 'node:os';

/** Null when the request may pass, else the reason. `host` and `origin` as the headers have them. */
export function refusal(host: string | undefined, origin: string | undefined): string | null {
  if (host !== undefined && host !== '' && !isLocal(nameIn(host))) return `Host ${JSON.stringify(host)} is not a name of this machine`;
  if (origin === undefined) return null;
  const site = originHost(origin);
  return site !== null && isLocal(site) ? null : `Origin ${JSON.stringify(origin)} may not use this server`;
}

function isLocal(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost') || isIP(name) !== 0 || name === hostname().toLowerCase();
}

/** `localhost:15000` → `localhost`, `[::1]:15000` → `::1`. */
function nameIn(host: string): string {
  const [, bracketed, name] = /^(?:\[([^\]]*)\]|([^:]*))(?::\d+)?$/.exec(host.trim().toLowerCase()) ?? [];
  return bracketed ?? name ?? '';
}

function originHost(origin: string): string | null {
  try {
    return nameIn(new URL(origin).host);
  } catch {
    return null; // `null` is the origin of a sandboxed page
  }
}
