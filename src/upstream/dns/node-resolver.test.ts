import t from 'tap';
import { DnsServer } from '../../../test/support/dns-server.ts';
import { FakeClock } from '../../base/clock.ts';
import { type Asker, type DnsChannel, NodeResolver } from './node-resolver.ts';
import { type CaresSettings, DEFAULT_RESOLVER, type DnsAnswer, type DnsWaiter, type LookupFamily } from './resolver.ts';
import { SystemFiles, type SystemNames } from './system-files.ts';

/** A server whose zone the test writes: `name/4` → addresses, or an error. */
class FakeChannel implements DnsChannel {
  readonly rig: Rig;
  cancelled = 0;

  constructor(rig: Rig) {
    this.rig = rig;
  }

  ask(name: string, family: 4 | 6, asker: Asker): void {
    const question = `${name}/${family}`;
    this.rig.asked.push(question);
    const found = this.rig.zone[question] ?? 'ENOTFOUND';
    this.rig.answers.push(() => {
      if (typeof found === 'string') asker.onRecords(this, family, found, []);
      else
        asker.onRecords(
          this,
          family,
          null,
          found.map((address) => ({ address, ttl: 30 })),
        );
    });
  }

  cancel(): void {
    this.cancelled++;
  }
}

class Rig implements DnsWaiter {
  readonly zone: { [question: string]: readonly string[] | string } = {};
  readonly hosts: { [name: string]: readonly string[] } = {};
  readonly asked: string[] = [];
  readonly answers: (() => void)[] = [];
  readonly channels: FakeChannel[] = [];
  readonly clock = new FakeClock();
  readonly heard: DnsAnswer[] = [];
  readonly resolver: NodeResolver;
  search = { domains: [] as string[], ndots: 1 };
  serversVersion = 0;
  routable: ReadonlySet<4 | 6> = new Set([4, 6]);

  constructor(settings: Partial<CaresSettings> = {}) {
    const { hosts } = this;
    const rig = this;
    const names: SystemNames = {
      hosts: (name) => hosts[name] ?? [],
      get search() {
        return rig.search;
      },
      get serversVersion() {
        return rig.serversVersion;
      },
      get routable() {
        return rig.routable;
      },
    };
    this.resolver = new NodeResolver({ ...DEFAULT_RESOLVER, ...settings }, names, this.clock, () => {
      const channel = new FakeChannel(this);
      this.channels.push(channel);
      return channel;
    });
  }

  onDnsAnswer(answer: DnsAnswer): void {
    this.heard.push(answer);
  }

  /** Newest first: the order in which servers answer decides nothing. */
  serve(): void {
    for (let answer = this.answers.pop(); answer !== undefined; answer = this.answers.pop()) answer();
  }

  look(name: string, family: LookupFamily = 'auto'): string {
    this.resolver.resolve(name, family, this);
    this.serve();
    const answer = this.heard.pop();
    if (answer === undefined || this.heard.length > 0) throw new Error('one answer');
    if (!answer.ok) return `failed: ${answer.reason}`;
    return answer.addresses.length === 0 ? `none: ${answer.reason}` : answer.addresses.map(({ ip }) => ip).join(' ');
  }
}

t.test('families are tried as each of the five says', (t) => {
  const look = (family: LookupFamily, v4: readonly string[] | string, v6: readonly string[] | string) => {
    const rig = new Rig();
    Object.assign(rig.zone, { 'a.test/4': v4, 'a.test/6': v6 });
    return [rig.look('a.test', family), rig.asked.join(' ')];
  };
  t.same(look('auto', ['1.1.1.1'], ['1::1']), ['1::1', 'a.test/6']);
  t.same(look('auto', ['1.1.1.1'], 'ENODATA'), ['1.1.1.1', 'a.test/6 a.test/4']);
  t.same(look('auto', ['1.1.1.1'], 'ESERVFAIL'), ['1.1.1.1', 'a.test/6 a.test/4']);
  t.same(look('v4_preferred', ['1.1.1.1'], ['1::1']), ['1.1.1.1', 'a.test/4']);
  t.same(look('v4_preferred', 'ENODATA', ['1::1']), ['1::1', 'a.test/4 a.test/6']);
  t.same(look('v4_only', 'ENODATA', ['1::1']), ['none: ENODATA', 'a.test/4']);
  t.same(look('v6_only', ['1.1.1.1'], 'ENOTFOUND'), ['none: ENOTFOUND', 'a.test/6']);
  t.same(look('all', ['1.1.1.1', '1.1.1.2'], ['1::1']), ['1.1.1.1 1.1.1.2 1::1', 'a.test/4 a.test/6']);
  t.same(look('all', ['1.1.1.1'], 'ETIMEOUT'), ['1.1.1.1', 'a.test/4 a.test/6']);
  t.same(look('all', 'ENODATA', 'ETIMEOUT'), ['failed: ETIMEOUT', 'a.test/4 a.test/6']);
  t.end();
});

t.test('the time to live comes along', (t) => {
  const rig = new Rig();
  rig.zone['a.test/4'] = ['1.1.1.1'];
  rig.resolver.resolve('a.test', 'v4_only', rig);
  rig.serve();
  t.same(rig.heard[0]?.addresses, [{ ip: '1.1.1.1', family: 4, ttl: 30 }]);
  t.end();
});

t.test('literals, localhost and names of the hosts file are asked of nobody', (t) => {
  const rig = new Rig();
  rig.hosts['app'] = ['10.0.0.1', 'fd00::1'];
  t.equal(rig.look('127.0.0.7'), '127.0.0.7');
  t.equal(rig.look('::7', 'all'), '::7');
  t.equal(rig.look('127.0.0.7', 'v6_only'), 'none: ENOTFOUND');
  t.equal(rig.look('localhost'), '::1');
  t.equal(rig.look('LocalHost.', 'all'), '127.0.0.1 ::1');
  t.equal(rig.look('x.localhost', 'v4_only'), '127.0.0.1');
  t.equal(rig.look('App'), 'fd00::1');
  t.equal(rig.look('app', 'all'), '10.0.0.1 fd00::1');
  rig.hosts['localhost'] = ['127.0.0.9'];
  t.equal(rig.look('localhost', 'all'), '127.0.0.9 ::1');
  t.same(rig.asked, []);
  t.end();
});

t.test('the search list is followed until there are addresses', (t) => {
  const rig = new Rig();
  rig.search = { domains: ['ns.svc', 'svc'], ndots: 2 };
  rig.zone['app.svc/4'] = ['10.0.0.1'];
  t.equal(rig.look('app', 'v4_only'), '10.0.0.1');
  t.same(rig.asked, ['app.ns.svc/4', 'app.svc/4']);
  rig.asked.length = 0;
  t.equal(rig.look('no.such.name', 'v4_only'), 'none: ENOTFOUND');
  t.same(rig.asked, ['no.such.name/4', 'no.such.name.ns.svc/4', 'no.such.name.svc/4']);
  rig.asked.length = 0;
  t.equal(rig.look('app.', 'v4_only'), 'none: ENOTFOUND');
  t.same(rig.asked, ['app/4']);
  t.end();
});

t.test('a server that fails ends the search', (t) => {
  const rig = new Rig();
  rig.search = { domains: ['svc'], ndots: 2 };
  rig.zone['app.svc/4'] = 'ESERVFAIL';
  rig.zone['app/4'] = ['10.0.0.1'];
  t.equal(rig.look('app', 'v4_only'), 'failed: ESERVFAIL');
  t.same(rig.asked, ['app.svc/4']);
  t.end();
});

t.test('names are taken as they stand when nothing is to be searched', (t) => {
  const rig = new Rig({ searchNothing: true });
  rig.search = { domains: ['svc'], ndots: 5 };
  t.equal(rig.look('app', 'v4_only'), 'none: ENOTFOUND');
  t.same(rig.asked, ['app/4']);
  t.end();
});

t.test('sockets are renewed after so many queries, so much time, a timeout, and when servers change', (t) => {
  const rig = new Rig({ queriesPerSocket: 2, socketMs: 1000, renewOnTimeout: true });
  for (let i = 0; i < 5; i++) rig.look('a.test', 'v4_only');
  t.equal(rig.channels.length, 3);
  rig.clock.advance(1000);
  rig.look('a.test', 'v4_only');
  t.equal(rig.channels.length, 4);
  rig.zone['slow.test/4'] = 'ETIMEOUT';
  t.equal(rig.look('slow.test', 'v4_only'), 'failed: ETIMEOUT');
  rig.look('a.test', 'v4_only');
  t.equal(rig.channels.length, 5);
  rig.serversVersion++;
  rig.look('a.test', 'v4_only');
  t.equal(rig.channels.length, 6);
  const plain = new Rig();
  plain.zone['slow.test/4'] = 'ETIMEOUT';
  for (let i = 0; i < 5; i++) plain.look('slow.test', 'v4_only');
  t.equal(plain.channels.length, 1);
  t.end();
});

t.test('who gave up hears nothing, and the last one to give up frees the sockets', (t) => {
  const rig = new Rig();
  const first = rig.resolver.resolve('a.test', 'auto', rig);
  const second = rig.resolver.resolve('b.test', 'auto', rig);
  first.cancel();
  t.equal(rig.channels[0]?.cancelled, 0);
  second.cancel();
  second.cancel();
  t.equal(rig.channels[0]?.cancelled, 1);
  rig.serve();
  t.same(rig.heard, []);
  t.end();
});

t.test('a family that leads nowhere is not asked for, where that is wanted', (t) => {
  for (const [family, routable, asked] of [
    ['all', [4], ['app.test/4']],
    ['auto', [4], ['app.test/4']],
    ['auto', [6], ['app.test/6']],
    ['v6_only', [4], []],
  ] as const) {
    const rig = new Rig({ routableOnly: true });
    rig.routable = new Set(routable);
    rig.resolver.resolve('app.test', family, rig);
    rig.serve();
    t.same(rig.asked, asked, family);
    t.equal(rig.heard.length, 1);
  }
  const rig = new Rig();
  rig.routable = new Set([4]);
  rig.resolver.resolve('app.test', 'v6_only', rig);
  t.same(rig.asked, ['app.test/6'], 'nobody wanted it');
  t.end();
});

/** Asks real servers for `a.test`, so many times. */
async function ask(settings: Partial<CaresSettings>, times: number): Promise<readonly DnsAnswer[]> {
  const resolver = new NodeResolver(
    { ...DEFAULT_RESOLVER, searchNothing: true, tries: 1, ...settings },
    new SystemFiles(),
    new FakeClock(),
  );
  const answers: DnsAnswer[] = [];
  for (let i = 0; i < times; i++) {
    answers.push(await new Promise<DnsAnswer>((onDnsAnswer) => resolver.resolve('a.test', 'v4_only', { onDnsAnswer })));
  }
  return answers;
}

t.test('servers take turns where they are to', async (t) => {
  const dns = await Promise.all([new DnsServer().listen(), new DnsServer().listen()]);
  t.teardown(() => {
    for (const each of dns) each.close();
  });
  for (const [i, each] of dns.entries()) each.set('a.test', { ips: [`10.0.0.${i + 1}`] });
  const servers = dns.map(({ port }) => `127.0.0.1:${port}`);
  const ips = async (rotate: boolean) => (await ask({ servers, rotate }, 4)).map(({ addresses }) => addresses[0]?.ip);
  t.same(await ips(true), ['10.0.0.1', '10.0.0.2', '10.0.0.1', '10.0.0.2']);
  t.same(await ips(false), ['10.0.0.1', '10.0.0.1', '10.0.0.1', '10.0.0.1']);
});

t.test('servers of the system go before a fallback', async (t) => {
  const dns = await new DnsServer().listen();
  t.teardown(() => dns.close());
  dns.set('a.test', { ips: ['10.0.0.1'] });
  const { Resolver } = process.getBuiltinModule('node:dns');
  const system = new Resolver().getServers();
  const none = system.length === 1 && system[0] === '127.0.0.1';
  const [answer] = await ask({ servers: [`127.0.0.1:${dns.port}`], serversAsFallback: true, timeoutMs: 250 }, 1);
  t.equal(answer?.addresses.length, none ? 1 : 0);
  t.equal(dns.asked.length, none ? 1 : 0);
});
