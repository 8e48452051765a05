/**
 * Names as the C library looks them up (getaddrinfo(3): nsswitch.conf, hosts, mDNS …), on libuv's threads. Nothing says how long an answer
 * holds, so that it is 60 s, as Envoy has it.
 */
import { isIP } from 'node:net';
import type { DnsAddress, DnsAnswer, DnsQuery, DnsWaiter, LookupFamily, Resolver, SystemResolverSettings } from './resolver.ts';

/** Hears what became of a look-up: the error's code, or addresses in the library's order. */
export interface Asker {
  onLookedUp(error: string | null, ips: readonly string[]): void;
}

/** `dns.lookup` of Node, for all addresses. */
export type SystemLookup = (name: string, family: 0 | 4 | 6, asker: Asker) => void;

const TTL_SECONDS = 60;
const FAMILY: Readonly<Record<LookupFamily, 0 | 4 | 6>> = { auto: 0, v4_only: 4, v6_only: 6, v4_preferred: 0, all: 0 };
/** No addresses of the family. */
const NO_ADDRESSES = 'ENOTFOUND';
/** EAI_AGAIN: the name servers could not be asked. */
const TRY_AGAIN = 'EAI_AGAIN';

export class SystemResolver implements Resolver {
  readonly #settings: SystemResolverSettings;
  readonly #lookup: SystemLookup;
  /** Looked up now. */
  #running = 0;
  readonly #waiting: SystemQuery[] = [];

  constructor(settings: SystemResolverSettings, lookup: SystemLookup = nodeLookup) {
    this.#settings = settings;
    this.#lookup = lookup;
  }

  resolve(name: string, family: LookupFamily, waiter: DnsWaiter): DnsQuery {
    const query = new SystemQuery(this, name, family, waiter, this.#settings.retries);
    if (isIP(name) === 0) this.#begin(query);
    else query.finish(answerOf([name], family));
    return query;
  }

  #begin(query: SystemQuery): void {
    if (this.#running >= this.#settings.threads) {
      this.#waiting.push(query);
      return;
    }
    this.#running++;
    this.#lookup(query.name, FAMILY[query.family], query);
  }

  onAnswer(query: SystemQuery, error: string | null, ips: readonly string[]): void {
    this.#running--;
    if (error === TRY_AGAIN && query.retries > 0 && !query.over) {
      query.retries--;
      this.#waiting.push(query);
    } else query.finish(error === null ? answerOf(ips, query.family) : failed(error));
    this.#next();
  }

  #next(): void {
    const query = this.#waiting.shift();
    if (query === undefined) return;
    if (query.over) this.#next();
    else this.#begin(query);
  }
}

class SystemQuery implements DnsQuery, Asker {
  readonly #resolver: SystemResolver;
  readonly name: string;
  readonly family: LookupFamily;
  readonly #waiter: DnsWaiter;
  retries: number;
  /** Answered, or not wanted any more. */
  over = false;

  constructor(resolver: SystemResolver, name: string, family: LookupFamily, waiter: DnsWaiter, retries: number) {
    this.#resolver = resolver;
    this.name = name;
    this.family = family;
    this.#waiter = waiter;
    this.retries = retries;
  }

  cancel(): void {
    this.over = true;
  }

  onLookedUp(error: string | null, ips: readonly string[]): void {
    this.#resolver.onAnswer(this, error, ips);
  }

  finish(answer: DnsAnswer): void {
    if (this.over) return;
    this.over = true;
    this.#waiter.onDnsAnswer(answer);
  }
}

/** A name that does not exist, too: the library does not tell well. Envoy's resolver says the same. */
function failed(code: string): DnsAnswer {
  return { ok: false, addresses: [], reason: code };
}

function answerOf(ips: readonly string[], family: LookupFamily): DnsAnswer {
  const of = (wanted: 4 | 6): DnsAddress[] =>
    ips.filter((ip) => isIP(ip) === wanted).map((ip) => ({ ip, family: wanted, ttl: TTL_SECONDS }));
  const addresses = chosen(of(4), of(6), family);
  return { ok: true, addresses, reason: addresses.length === 0 ? NO_ADDRESSES : '' };
}

function chosen(v4: readonly DnsAddress[], v6: readonly DnsAddress[], family: LookupFamily): readonly DnsAddress[] {
  switch (family) {
    case 'v4_only':
      return v4;
    case 'v6_only':
      return v6;
    case 'v4_preferred':
      return v4.length > 0 ? v4 : v6;
    case 'auto':
      return v6.length > 0 ? v6 : v4;
    case 'all':
      return [...v4, ...v6];
  }
}

function nodeLookup(name: string, family: 0 | 4 | 6, asker: Asker): void {
  const { lookup } = process.getBuiltinModule('node:dns');
  lookup(name, { all: true, family, order: 'verbatim' }, (error, found) => {
    const ips = error === null ? found.map(({ address }) => address) : [];
    asker.onLookedUp(error === null ? null : (error.code ?? 'EAI_FAIL'), ips);
  });
}
