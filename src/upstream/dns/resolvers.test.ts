import t from 'tap';
import { FakeResolver } from '../../../test/support/fake-resolver.ts';
import type { DnsAnswer, DnsWaiter } from './resolver.ts';
import { DEFAULT_RESOLVER } from './resolver.ts';
import { Resolvers, SharedResolver } from './resolvers.ts';

class Waiter implements DnsWaiter {
  readonly heard: DnsAnswer[] = [];

  onDnsAnswer(answer: DnsAnswer): void {
    this.heard.push(answer);
  }
}

t.test('equal questions at one time are asked once, and everybody hears the answer', (t) => {
  const asked = new FakeResolver();
  const shared = new SharedResolver(asked);
  const [a, b, c] = [new Waiter(), new Waiter(), new Waiter()];
  shared.resolve('app.test', 'auto', a);
  shared.resolve('APP.test', 'auto', b);
  shared.resolve('app.test', 'v4_only', c);
  t.equal(asked.asked.length, 2);
  asked.asked[0]?.answer(['10.0.0.1']);
  t.equal(a.heard.length, 1);
  t.equal(b.heard[0], a.heard[0]);
  t.equal(c.heard.length, 0);
  shared.resolve('app.test', 'auto', a);
  t.equal(asked.asked.length, 3, 'an answer is not kept');
  t.end();
});

t.test('a question is given up when nobody waits any more', (t) => {
  const asked = new FakeResolver();
  const shared = new SharedResolver(asked);
  const [a, b] = [new Waiter(), new Waiter()];
  const first = shared.resolve('app.test', 'auto', a);
  const second = shared.resolve('app.test', 'auto', b);
  first.cancel();
  t.equal(asked.last().cancelled, false);
  second.cancel();
  second.cancel();
  t.equal(asked.last().cancelled, true);
  shared.resolve('app.test', 'auto', b);
  t.equal(asked.asked.length, 2);
  second.cancel();
  asked.last().answer([]);
  t.equal(b.heard.length, 1);
  t.equal(a.heard.length, 0);
  t.end();
});

t.test('who hears an answer may ask again, and send another one away', (t) => {
  const asked = new FakeResolver();
  const shared = new SharedResolver(asked);
  const other = new Waiter();
  shared.resolve('app.test', 'auto', {
    onDnsAnswer() {
      query.cancel();
      shared.resolve('app.test', 'auto', other);
    },
  });
  const sentAway = new Waiter();
  const query = shared.resolve('app.test', 'auto', sentAway);
  asked.last().answer(['10.0.0.1']);
  t.equal(sentAway.heard.length, 0);
  t.equal(asked.asked.length, 2);
  asked.last().answer(['10.0.0.2']);
  t.equal(other.heard.length, 1);
  t.end();
});

t.test('equal settings have one resolver', (t) => {
  const made: FakeResolver[] = [];
  const resolvers = new Resolvers(() => {
    const resolver = new FakeResolver();
    made.push(resolver);
    return resolver;
  });
  t.equal(resolvers.of({ ...DEFAULT_RESOLVER }), resolvers.of({ ...DEFAULT_RESOLVER }));
  t.not(resolvers.of({ ...DEFAULT_RESOLVER, tries: 1 }), resolvers.of(DEFAULT_RESOLVER));
  t.equal(made.length, 2);
  t.end();
});
