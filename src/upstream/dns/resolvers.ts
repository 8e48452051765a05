/** The resolvers of one worker: clusters with the same settings have one, and equal questions that are asked at the same time are asked once. */
import type { Clock } from '../../base/clock.ts';
import { NodeResolver } from './node-resolver.ts';
import type { DnsAnswer, DnsQuery, DnsWaiter, LookupFamily, Resolver, ResolverSettings } from './resolver.ts';
import { SystemFiles, type SystemNames } from './system-files.ts';
import { SystemResolver } from './system-resolver.ts';

export class Resolvers {
  readonly #make: (settings: ResolverSettings) => Resolver;
  readonly #made = new Map<string, Resolver>();

  constructor(make: (settings: ResolverSettings) => Resolver) {
    this.#make = make;
  }

  of(settings: ResolverSettings): Resolver {
    const key = JSON.stringify(settings);
    let resolver = this.#made.get(key);
    if (resolver === undefined) {
      resolver = new SharedResolver(this.#make(settings));
      this.#made.set(key, resolver);
    }
    return resolver;
  }
}

/** Those of this machine. */
export function systemResolvers(clock: Clock, names: SystemNames = new SystemFiles()): Resolvers {
  return new Resolvers((settings) => (settings.kind === 'cares' ? new NodeResolver(settings, names, clock) : new SystemResolver(settings)));
}

/** One question on its way, and everybody who waits for the answer. */
class Question implements DnsWaiter {
  readonly key: string;
  query: DnsQuery | null;
  private readonly resolver: SharedResolver;
  private readonly waiting: Set<Share>;

  constructor(resolver: SharedResolver, key: string) {
    this.key = key;
    this.query = null;
    this.resolver = resolver;
    this.waiting = new Set();
  }

  share(waiter: DnsWaiter): Share {
    const share = new Share(this, waiter);
    this.waiting.add(share);
    return share;
  }

  leave(share: Share): void {
    if (!this.waiting.delete(share) || this.waiting.size > 0) return;
    this.resolver.over(this);
    this.query?.cancel();
  }

  onDnsAnswer(answer: DnsAnswer): void {
    this.resolver.over(this);
    // Who is told may cancel another one.
    for (const share of this.waiting) if (this.waiting.delete(share)) share.waiter.onDnsAnswer(answer);
  }
}

class Share implements DnsQuery {
  readonly waiter: DnsWaiter;
  private readonly question: Question;

  constructor(question: Question, waiter: DnsWaiter) {
    this.question = question;
    this.waiter = waiter;
  }

  cancel(): void {
    this.question.leave(this);
  }
}

export class SharedResolver implements Resolver {
  private readonly resolver: Resolver;
  private readonly asked: Map<string, Question>;

  constructor(resolver: Resolver) {
    this.resolver = resolver;
    this.asked = new Map();
  }

  resolve(name: string, family: LookupFamily, waiter: DnsWaiter): DnsQuery {
    const key = `${family}/${name.toLowerCase()}`;
    const known = this.asked.get(key);
    if (known !== undefined) return known.share(waiter);
    const question = new Question(this, key);
    const share = question.share(waiter);
    this.asked.set(key, question);
    question.query = this.resolver.resolve(name, family, question);
    return share;
  }

  over(question: Question): void {
    if (this.asked.get(question.key) === question) this.asked.delete(question.key);
  }
}
