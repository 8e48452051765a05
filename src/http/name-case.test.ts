import t from 'tap';
import { ProperCase, SpelledNames } from './name-case.ts';

t.test('proper case has a capital after everything that is neither letter nor digit', (t) => {
  const names = new ProperCase();
  for (const [lower, spelled] of [
    ['host', 'Host'],
    ['x-request-id', 'X-Request-Id'],
    ['x$foo-b_ar.baz', 'X$Foo-B_Ar.Baz'],
    ['x-1abc-a2b-9', 'X-1abc-A2b-9'],
    ['', ''],
  ] as const)
    t.equal(names.of(lower), spelled);
  t.end();
});

t.test('names are written as they came, the first spelling counts', (t) => {
  const names = new SpelledNames({ others: null, reason: false });
  names.learn('x-a', 'X-a');
  names.learn('x-a', 'x-A');
  t.equal(names.of('x-a'), 'X-a');
  t.equal(names.of('x-b'), 'x-b');
  t.equal(new SpelledNames({ others: new ProperCase(), reason: false }).of('x-b'), 'X-B');
  t.end();
});
