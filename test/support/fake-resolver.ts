import type {
  DnsAddress,
  DnsAnswer,
  DnsQuery,
  DnsWaiter,
  LookupFamily,
  Resolver,
  ResolverSettings,
} from '../../src/upstream/dns/resolver.ts';
import { Resolvers } from '../../src/upstream/dns/resolvers.ts';

/** One question that the test answers when it likes. */
export class FakeQuestion implements DnsQuery {
  readonly name: string;
  readonly family: LookupFamily;
  readonly #waiter: DnsWaiter;
  cancelled = false;
  answered = false;

  constructor(name: string, family: LookupFamily, waiter: DnsWaiter) {
    this.name = name;
    this.family = family;
    this.#waiter = waiter;
  }

  cancel(): void {
    this.cancelled = true;
  }

  answer(ips: readonly string[], ttl = 0): void {
    this.#finish({ ok: true, addresses: ips.map((ip) => address(ip, ttl)), reason: ips.length === 0 ? 'ENOTFOUND' : '' });
  }

  fail(reason = 'ETIMEOUT'): void {
    this.#finish({ ok: false, addresses: [], reason });
  }

  #finish(answer: DnsAnswer): void {
    if (this.cancelled || this.answered) throw new Error(`${this.name} was answered or cancelled before`);
    this.answered = true;
    this.#waiter.onDnsAnswer(answer);
  }
}

function address(ip: string, ttl: number): DnsAddress {
  return { ip, family: ip.includes(':') ? 6 : 4, ttl };
}

/** Answers nothing by itself, but for names with `known` addresses, and those at once. */
export class FakeResolver implements Resolver {
  readonly asked: FakeQuestion[] = [];
  readonly known = new Map<string, readonly string[]>();

  resolve(name: string, family: LookupFamily, waiter: DnsWaiter): DnsQuery {
    const question = new FakeQuestion(name, family, waiter);
    this.asked.push(question);
    const ips = this.known.get(name);
    if (ips !== undefined) question.answer(ips);
    return question;
  }

  /** The newest question for this name, or of all. */
  last(name?: string): FakeQuestion {
    const found = this.asked.findLast((each) => name === undefined || each.name === name);
    if (found === undefined) throw new Error(`nobody asked for ${name ?? 'anything'}`);
    return found;
  }
}

/** All clusters ask one `FakeResolver`; `settings` of the resolvers that were made for them. */
export class FakeResolvers {
  readonly resolver = new FakeResolver();
  readonly settings: ResolverSettings[] = [];
  readonly all: Resolvers = new Resolvers((settings) => {
    this.settings.push(settings);
    return this.resolver;
  });
}
