/**
 * Names over c-ares as Envoy's resolver looks them up: literals, /etc/hosts, `localhost` without asking anybody (RFC 6761 §6.3), then
 * the servers, along the search list of resolv.conf.
 */
import { isIP } from 'node:net';
import type { Clock } from '../../base/clock.ts';
import type { CaresSettings, DnsAddress, DnsAnswer, DnsQuery, DnsWaiter, LookupFamily, Resolver } from './resolver.ts';
import { candidates, type SystemNames } from './system-files.ts';

type Family = 4 | 6;

/** Who asked, and hears of it; the error is a code of c-ares. */
export interface Asker {
  onRecords(
    channel: DnsChannel,
    family: Family,
    error: string | null,
    records: readonly { readonly address: string; readonly ttl: number }[],
  ): void;
}

/** One set of sockets to the servers. */
export interface DnsChannel {
  ask(name: string, family: Family, asker: Asker): void;
  /** What is still asked ends with `ECANCELLED`. */
  cancel(): void;
}

const BOTH: readonly Family[] = [4, 6];
/** What is tried in turn until there are addresses. */
const ROUNDS: Readonly<Record<LookupFamily, readonly (readonly Family[])[]>> = {
  auto: [[6], [4]],
  v4_only: [[4]],
  v6_only: [[6]],
  v4_preferred: [[4], [6]],
  all: [BOTH],
};
const NO_RECORDS: ReadonlySet<string> = new Set(['ENODATA', 'ENOTFOUND']);
/** A name of one label may be refused where a longer one is not. */
const MAYBE_LONGER: ReadonlySet<string> = new Set(['ESERVFAIL', 'EREFUSED']);
const NO_LIST: readonly never[] = [];
const NO_NAME: DnsAnswer = Object.freeze({ ok: true, addresses: [], reason: 'ENOTFOUND' });

export class NodeResolver implements Resolver {
  readonly settings: CaresSettings;
  readonly #names: SystemNames;
  readonly #clock: Clock;
  readonly #open: (settings: CaresSettings) => DnsChannel;
  #channel: DnsChannel | null = null;
  #openedAt = 0;
  #serversVersion = 0;
  /** Asked of the channel so far. */
  #asked = 0;
  readonly #running = new Set<Lookup>();

  constructor(settings: CaresSettings, names: SystemNames, clock: Clock, open = openChannel) {
    this.settings = settings;
    this.#names = names;
    this.#clock = clock;
    this.#open = open;
  }

  resolve(name: string, family: LookupFamily, waiter: DnsWaiter): DnsQuery {
    const lookup = new Lookup(this, name, this.#rounds(family), waiter);
    this.#running.add(lookup);
    lookup.next();
    return lookup;
  }

  #rounds(family: LookupFamily): readonly (readonly Family[])[] {
    if (!this.settings.routableOnly) return ROUNDS[family];
    const { routable } = this.#names;
    const rounds: Family[][] = [];
    for (const families of ROUNDS[family]) {
      const left: Family[] = [];
      for (const each of families) if (routable.has(each)) left.push(each);
      if (left.length > 0) rounds.push(left);
    }
    return rounds;
  }

  /** What is known without asking; null: servers have to be asked. */
  local(name: string, families: readonly Family[]): DnsAddress[] | null {
    if (isIP(name) !== 0) return ofFamilies([name], families);
    const bare = (name.endsWith('.') ? name.slice(0, -1) : name).toLowerCase();
    const found = ofFamilies(this.#names.hosts(bare), families);
    if (bare === 'localhost' || bare.endsWith('.localhost')) return withLoopback(found, families);
    return found.length === 0 ? null : found;
  }

  candidates(name: string): readonly string[] {
    return candidates(name, this.settings.searchNothing ? { domains: [], ndots: 0 } : this.#names.search);
  }

  ask(name: string, family: Family, asker: Asker): void {
    const channel = this.#current();
    this.#asked++;
    channel.ask(name, family, asker);
  }

  /** Nobody answered on this channel. */
  timedOut(channel: DnsChannel): void {
    if (this.settings.renewOnTimeout && this.#channel === channel) this.#channel = null;
  }

  over(lookup: Lookup, cancelled: boolean): void {
    this.#running.delete(lookup);
    // Nothing else waits: sockets that wait for nobody need not stay.
    if (cancelled && this.#running.size === 0) this.#channel?.cancel();
  }

  #current(): DnsChannel {
    const { queriesPerSocket, socketMs } = this.settings;
    const version = this.#names.serversVersion;
    let channel = this.#channel;
    const worn =
      (queriesPerSocket > 0 && this.#asked >= queriesPerSocket) ||
      (socketMs > 0 && this.#clock.now() - this.#openedAt >= socketMs) ||
      version !== this.#serversVersion;
    if (channel === null || worn) {
      // Queries of the old one are answered still.
      channel = this.#open(this.settings);
      this.#channel = channel;
      this.#openedAt = this.#clock.now();
      this.#serversVersion = version;
      this.#asked = 0;
    }
    return channel;
  }
}

/** Where nobody named one (c-ares). */
const NO_SERVER = '127.0.0.1';

function openChannel({ servers, serversAsFallback, rotate, timeoutMs, tries }: CaresSettings): DnsChannel {
  // Loaded when a name is looked up that only servers know: most proxies have none.
  const { Resolver } = process.getBuiltinModule('node:dns');
  const first = new Resolver({ timeout: timeoutMs, tries });
  const known = first.getServers();
  const own = servers.length > 0 && (!serversAsFallback || (known.length === 1 && known[0] === NO_SERVER)) ? servers : known;
  const resolvers = [first];
  if (own !== known) first.setServers([...own]);
  for (let at = 1; rotate && at < own.length; at++) {
    const next = new Resolver({ timeout: timeoutMs, tries });
    next.setServers([...own.slice(at), ...own.slice(0, at)]);
    resolvers.push(next);
  }
  let turn = 0;
  const channel: DnsChannel = {
    ask(name, family, asker) {
      const resolver = resolvers[turn++ % resolvers.length] as (typeof resolvers)[number];
      const answered = (error: NodeJS.ErrnoException | null, records: { address: string; ttl: number }[] | undefined): void =>
        asker.onRecords(channel, family, error === null ? null : (error.code ?? 'EBADRESP'), records ?? NO_LIST);
      if (family === 4) resolver.resolve4(name, { ttl: true }, answered);
      else resolver.resolve6(name, { ttl: true }, answered);
    },
    cancel() {
      for (const resolver of resolvers) resolver.cancel();
    },
  };
  return channel;
}

function ofFamilies(ips: readonly string[], families: readonly Family[]): DnsAddress[] {
  const found: DnsAddress[] = [];
  for (const family of families) for (const ip of ips) if (isIP(ip) === family) found.push({ ip, family, ttl: 0 });
  return found;
}

function withLoopback(found: DnsAddress[], families: readonly Family[]): DnsAddress[] {
  for (const family of families) {
    if (!found.some((each) => each.family === family)) found.push({ ip: family === 4 ? '127.0.0.1' : '::1', family, ttl: 0 });
  }
  return found;
}

function byFamily(a: DnsAddress, b: DnsAddress): number {
  return a.family - b.family;
}

function isFailure(error: string): boolean {
  return !NO_RECORDS.has(error);
}

/** One name on its way: rounds of families, in each the candidates of the search list. */
class Lookup implements DnsQuery, Asker {
  readonly #resolver: NodeResolver;
  readonly #name: string;
  readonly #rounds: readonly (readonly Family[])[];
  readonly #waiter: DnsWaiter;
  #round = -1;
  #names: readonly string[] = [];
  #at = 0;
  #waiting = 0;
  #found: DnsAddress[] = [];
  #errors: string[] = [];
  #over = false;

  constructor(resolver: NodeResolver, name: string, rounds: readonly (readonly Family[])[], waiter: DnsWaiter) {
    this.#resolver = resolver;
    this.#name = name;
    this.#rounds = rounds;
    this.#waiter = waiter;
  }

  cancel(): void {
    if (this.#over) return;
    this.#over = true;
    this.#resolver.over(this, true);
  }

  /** The next round. */
  next(last: DnsAnswer = NO_NAME): void {
    const families = this.#rounds[++this.#round];
    if (families === undefined) {
      this.#finish(last);
      return;
    }
    const local = this.#resolver.local(this.#name, families);
    if (local === null) {
      this.#names = this.#resolver.candidates(this.#name);
      this.#at = 0;
      this.#ask(families);
    } else if (local.length > 0) this.#finish({ ok: true, addresses: local, reason: '' });
    else this.next(NO_NAME);
  }

  #ask(families: readonly Family[]): void {
    const name = this.#names[this.#at] as string;
    this.#waiting = families.length;
    this.#found = [];
    this.#errors = [];
    for (const family of families) this.#resolver.ask(name, family, this);
  }

  onRecords(
    channel: DnsChannel,
    family: Family,
    error: string | null,
    records: readonly { readonly address: string; readonly ttl: number }[],
  ): void {
    if (error === 'ETIMEOUT') this.#resolver.timedOut(channel);
    if (this.#over) return;
    for (const { address, ttl } of records) this.#found.push({ ip: address, family, ttl });
    if (error !== null) this.#errors.push(error);
    if (--this.#waiting === 0) this.#answered();
  }

  #answered(): void {
    if (this.#found.length > 0) {
      // In the order of the question, whoever answered first.
      this.#finish({ ok: true, addresses: this.#found.sort(byFamily), reason: '' });
      return;
    }
    const failure = this.#errors.find(isFailure);
    const single = !(this.#names[this.#at] as string).includes('.');
    if ((failure === undefined || (MAYBE_LONGER.has(failure) && single)) && ++this.#at < this.#names.length) {
      this.#ask(this.#rounds[this.#round] as readonly Family[]);
      return;
    }
    const reason = failure ?? this.#errors[0] ?? 'ENODATA';
    this.next({ ok: failure === undefined, addresses: NO_LIST, reason });
  }

  #finish(answer: DnsAnswer): void {
    this.#over = true;
    this.#resolver.over(this, false);
    this.#waiter.onDnsAnswer(answer);
  }
}
