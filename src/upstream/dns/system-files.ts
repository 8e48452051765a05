/**
 * /etc/hosts and /etc/resolv.conf as c-ares reads them (hosts(5), resolv.conf(5)), read again when they change: Node's `Resolver` asks
 * servers only, so what surrounds that is here.
 */
import { readFileSync, statSync } from 'node:fs';
import { isIP } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';

export interface SearchRules {
  /** Domains that are tried after a name, in this order. */
  readonly domains: readonly string[];
  /** A name with at least so many dots is tried as it stands first. */
  readonly ndots: number;
}

/** What a look-up needs to know besides servers. */
export interface SystemNames {
  /** Addresses that /etc/hosts gives a name (lower case, without a dot at its end). */
  hosts(name: string): readonly string[];
  readonly search: SearchRules;
  /** Another number when resolv.conf is another: its servers may be others too. */
  readonly serversVersion: number;
  /** Families of which an interface other than the loopback has an address. */
  readonly routable: ReadonlySet<4 | 6>;
}

const NOTHING: readonly string[] = [];
const MAX_NDOTS = 15;

/** One text file, parsed again when its time or size changed; a file that is not there is empty. */
class WatchedText<T> {
  readonly #path: string;
  readonly #parse: (text: string) => T;
  #seen = '';
  #value: T;
  #version = 0;

  constructor(path: string, parse: (text: string) => T) {
    this.#path = path;
    this.#parse = parse;
    this.#value = parse('');
  }

  get value(): T {
    const stat = statSync(this.#path, { throwIfNoEntry: false });
    const seen = stat === undefined ? '' : `${stat.mtimeMs}/${stat.size}/${stat.ino}`;
    if (seen !== this.#seen) {
      this.#seen = seen;
      this.#value = this.#parse(stat === undefined ? '' : readFileSync(this.#path, 'utf8'));
      this.#version++;
    }
    return this.#value;
  }

  get version(): number {
    void this.value;
    return this.#version;
  }
}

export class SystemFiles implements SystemNames {
  readonly #hosts: WatchedText<ReadonlyMap<string, readonly string[]>>;
  readonly #resolv: WatchedText<SearchRules>;

  constructor(hostsPath = '/etc/hosts', resolvPath = '/etc/resolv.conf') {
    this.#hosts = new WatchedText(hostsPath, parseHosts);
    this.#resolv = new WatchedText(resolvPath, (text) => parseResolvConf(text, hostname()));
  }

  hosts(name: string): readonly string[] {
    return this.#hosts.value.get(name) ?? NOTHING;
  }

  get search(): SearchRules {
    return this.#resolv.value;
  }

  get routable(): ReadonlySet<4 | 6> {
    const families = new Set<4 | 6>();
    for (const addresses of Object.values(networkInterfaces())) {
      for (const { family, internal } of addresses ?? []) if (!internal) families.add(family === 'IPv6' ? 6 : 4);
    }
    return families;
  }

  get serversVersion(): number {
    return this.#resolv.version;
  }
}

export function parseHosts(text: string): ReadonlyMap<string, readonly string[]> {
  const table = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const [address = '', ...names] = words(line);
    if (isIP(address) === 0) continue;
    for (const name of names) {
      const key = name.toLowerCase();
      const known = table.get(key);
      if (known === undefined) table.set(key, [address]);
      else if (!known.includes(address)) known.push(address);
    }
  }
  return table;
}

/** `host`: name of this machine, whose domain is searched when the file names none. */
export function parseResolvConf(text: string, host: string): SearchRules {
  let domains: readonly string[] | null = null;
  let ndots = 1;
  for (const line of text.split('\n')) {
    const [keyword = '', ...values] = words(line);
    if (keyword === 'search') domains = values;
    else if (keyword === 'domain') domains = values.slice(0, 1);
    else if (keyword === 'options') ndots = ndotsOf(values) ?? ndots;
  }
  if (domains === null) {
    const dot = host.indexOf('.');
    domains = dot < 0 ? [] : [host.slice(dot + 1)];
  }
  return { domains: domains.filter((domain) => domain !== '.' && domain !== ''), ndots };
}

function ndotsOf(options: readonly string[]): number | null {
  const found = options.findLast((option) => /^ndots:\d+$/.test(option));
  return found === undefined ? null : Math.min(MAX_NDOTS, Number(found.slice(6)));
}

function words(line: string): string[] {
  const text = line.replace(/[#;].*/, '').trim();
  return text === '' ? [] : text.split(/\s+/);
}

/** Full names to ask for, best first. One that ends in a dot is full already. */
export function candidates(name: string, { domains, ndots }: SearchRules): readonly string[] {
  if (name.endsWith('.')) return [name.slice(0, -1)];
  const longer = domains.map((domain) => `${name}.${domain}`);
  const dots = name.split('.').length - 1;
  return dots >= ndots ? [name, ...longer] : [...longer, name];
}
