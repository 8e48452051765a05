import t from 'tap';
import type { DnsAnswer, LookupFamily } from './resolver.ts';
import { type Asker, SystemResolver } from './system-resolver.ts';

/** A C library that the test plays. */
class Library {
  readonly asked: { readonly name: string; readonly family: number; readonly asker: Asker }[] = [];
  readonly resolver: SystemResolver;
  readonly answers: DnsAnswer[] = [];

  constructor(settings: { retries?: number; threads?: number } = {}) {
    const { retries = 0, threads = 1 } = settings;
    this.resolver = new SystemResolver({ kind: 'getaddrinfo', retries, threads }, (name, family, asker) => {
      this.asked.push({ name, family, asker });
    });
  }

  ask(name: string, family: LookupFamily = 'auto') {
    return this.resolver.resolve(name, family, { onDnsAnswer: (answer) => void this.answers.push(answer) });
  }

  answer(error: string | null, ...ips: readonly string[]): void {
    this.asked.at(-1)?.asker.onLookedUp(error, ips);
  }

  get ips() {
    return this.answers.map(({ addresses }) => addresses.map(({ ip }) => ip));
  }
}

t.test('each family takes its own of what there is, and it holds for a minute', (t) => {
  for (const [family, asked, ips] of [
    ['auto', 0, ['fd00::1']],
    ['v4_only', 4, ['10.0.0.1', '10.0.0.2']],
    ['v6_only', 6, ['fd00::1']],
    ['v4_preferred', 0, ['10.0.0.1', '10.0.0.2']],
    ['all', 0, ['10.0.0.1', '10.0.0.2', 'fd00::1']],
  ] as const) {
    const library = new Library();
    library.ask('app.test', family);
    t.equal(library.asked[0]?.family, asked, family);
    library.answer(null, '10.0.0.1', 'fd00::1', '10.0.0.2');
    t.same(library.ips, [ips], family);
    t.ok(library.answers[0]?.addresses.every(({ ttl }) => ttl === 60));
  }
  t.end();
});

t.test('the other family where there is none of the one', (t) => {
  for (const [family, ip] of [
    ['auto', '10.0.0.1'],
    ['v4_preferred', 'fd00::1'],
  ] as const) {
    const library = new Library();
    library.ask('app.test', family);
    library.answer(null, ip);
    t.same(library.ips, [[ip]]);
  }
  t.end();
});

t.test('a name that is not found is no answer, one without addresses of the family is', (t) => {
  const library = new Library();
  library.ask('a.test');
  library.answer('ENOTFOUND');
  library.ask('b.test');
  library.answer('EAI_AGAIN');
  library.ask('c.test', 'v6_only');
  library.answer(null, '10.0.0.1');
  t.same(
    library.answers.map(({ ok, addresses, reason }) => [ok, addresses.length, reason]),
    [
      [false, 0, 'ENOTFOUND'],
      [false, 0, 'EAI_AGAIN'],
      [true, 0, 'ENOTFOUND'],
    ],
  );
  t.end();
});

t.test('what could not be asked is asked again, as often as it is allowed', (t) => {
  const library = new Library({ retries: 2 });
  library.ask('a.test');
  library.answer('EAI_AGAIN');
  library.answer('EAI_AGAIN');
  t.same(library.answers, []);
  library.answer('EAI_AGAIN');
  t.equal(library.asked.length, 3);
  t.equal(library.answers[0]?.ok, false);
  t.end();
});

t.test('as many names at a time as there are threads, the others in their order', (t) => {
  const library = new Library({ threads: 2 });
  for (const name of ['a', 'b', 'c', 'd']) library.ask(name);
  const names = () => library.asked.map(({ name }) => name);
  t.same(names(), ['a', 'b']);
  library.asked[0]?.asker.onLookedUp(null, ['10.0.0.1']);
  t.same(names(), ['a', 'b', 'c']);
  library.asked[1]?.asker.onLookedUp('ENOTFOUND', []);
  t.same(names(), ['a', 'b', 'c', 'd']);
  t.equal(library.answers.length, 2);
  t.end();
});

t.test('who gave up hears nothing and is not looked up any more', (t) => {
  const library = new Library({ retries: 1 });
  library.ask('a').cancel();
  library.ask('b').cancel();
  library.ask('c');
  library.answer('EAI_AGAIN');
  t.same(
    library.asked.map(({ name }) => name),
    ['a', 'c'],
  );
  library.answer(null, '10.0.0.1');
  t.same(library.ips, [['10.0.0.1']]);
  t.end();
});

t.test('an address is its own answer', (t) => {
  const library = new Library();
  library.ask('10.0.0.1', 'all');
  library.ask('fd00::1', 'v4_only');
  t.same(library.asked, []);
  t.same(library.ips, [['10.0.0.1'], []]);
  t.end();
});

t.test('the real one knows this machine', async (t) => {
  const resolver = new SystemResolver({ kind: 'getaddrinfo', retries: 0, threads: 1 });
  const answer = await new Promise<DnsAnswer>((onDnsAnswer) => resolver.resolve('localhost', 'v4_only', { onDnsAnswer }));
  t.same(
    answer.addresses.map(({ ip }) => ip),
    ['127.0.0.1'],
  );
  const none = await new Promise<DnsAnswer>((onDnsAnswer) => resolver.resolve('bad name', 'auto', { onDnsAnswer }));
  t.same(none.addresses, []);
});
