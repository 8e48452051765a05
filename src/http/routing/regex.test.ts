import t from 'tap';
import { Problems } from '../../base/errors.ts';
import { compileRegex } from './regex.ts';
import { provenLinear } from './regex-proof.ts';

const proven = [
  '/r/[0-9]+',
  '/a/[^/]+/b',
  '.*',
  '/api/.*',
  '.*\\.example\\.com',
  '^/v1$',
  '/(?:a|b)/x',
  '[a-z]{2,5}',
  '/x?y',
  '\\d+-\\d+',
  '[A-Fa-f0-9-]+',
  'a\\$',
];
const unproven = [
  '(a+)+', // nested
  '.*a.*b', // two that could share the work
  'a*a*',
  '.*[a-z]+/x', // what follows the undecided one varies
  '(a|b)*',
  '(?i)abc',
  '\\pL+',
  '[[:alpha:]]+',
  'a|b',
  '\\bx',
  '\\s+',
  'a{1,1000}',
  'x(',
  'é',
  '[]a]',
  'a**',
];

t.test('patterns that V8 matches in linear time are recognised, others are not', (t) => {
  for (const source of proven) t.ok(provenLinear(source), source);
  for (const source of unproven) t.notOk(provenLinear(source), source);
  t.end();
});

t.test('both engines match whole values', (t) => {
  const both: [string, string, boolean][] = [
    ['/r/[0-9]+', '/r/12', true],
    ['/r/[0-9]+', '/r/12x', false],
    ['a|b', 'b', true],
    ['a|b', 'ab', false],
    ['(a+)+b', 'aaab', true],
    ['(?i)abc', 'ABC', true],
    ['.*\\.example\\.com', 'a.b.example.com', true],
    ['.*', '', true],
    ['[^/]+', 'caf\xe9', true],
    ['a\\$', 'a$', true],
  ];
  for (const [source, text, expected] of both) t.equal(compileRegex(source, new Problems())?.test(text), expected, `${source} on ${text}`);
  t.end();
});

t.test('a pattern that is none is a problem', (t) => {
  const problems = new Problems('route');
  t.equal(compileRegex('a(b', problems), null);
  t.match(problems.list, [{ code: 'bad_value', path: 'route', message: /not an RE2 pattern/ }]);
  t.equal(compileRegex('(((a{900}){900}){900})', new Problems()), null, 'or it is too large');
  t.end();
});

t.test('a pattern made to backtrack costs no time', (t) => {
  const regex = compileRegex('(a*)*(a*)*(a*)*x', new Problems());
  t.equal(regex?.test('a'.repeat(20_000)), false);
  t.end();
});
