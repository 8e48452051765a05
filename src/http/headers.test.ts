import t from 'tap';
import {
  AUTHORITY,
  CONTENT_LENGTH,
  COOKIE,
  METHOD,
  NAME_HOP,
  NAME_NORMAL,
  PATH,
  pinName,
  pinnedNames,
  RULE_HOST,
  RULE_NONE,
  resolveName,
  SCHEME,
  STATUS,
  TE,
} from './header-name.ts';
import { Field, Headers, renderLine } from './headers.ts';

const A = pinName('x-a');
const B = pinName('x-b');

function lines(headers: Headers): string[] {
  return headers.fields.slice(0, headers.count).map(({ name, value }) => `${name.text}: ${value}`);
}

function block(...pairs: [string, string][]): Headers {
  const headers = new Headers();
  for (const [name, value] of pairs) headers.add(resolveName(name), value);
  return headers;
}

t.test('fields keep their order; get gives the first, joined all of them', (t) => {
  const headers = block(['x-a', '1'], ['x-b', '2'], ['x-a', '3']);
  t.equal(headers.get(A), '1');
  t.equal(headers.joined(A), '1,3');
  t.equal(headers.joined(B), '2');
  t.equal(headers.get(COOKIE), undefined);
  t.equal(headers.joined(COOKIE), undefined);
  t.equal(headers.indexOf(A, 1), 2);
  t.end();
});

t.test('set replaces every occurrence in the place of the first', (t) => {
  const headers = block(['x-a', '1'], ['x-b', '2'], ['x-a', '3'], ['x-b', '4']);
  headers.set(A, 'new');
  t.same(lines(headers), ['x-a: new', 'x-b: 2', 'x-b: 4']);
  headers.set(pinName('x-c'), 'added');
  t.same(lines(headers), ['x-a: new', 'x-b: 2', 'x-b: 4', 'x-c: added']);
  t.end();
});

t.test('remove takes every occurrence and tells whether there was one', (t) => {
  const headers = block(['x-a', '1'], ['x-b', '2'], ['x-a', '3']);
  t.ok(headers.remove(A));
  t.same(lines(headers), ['x-b: 2']);
  t.notOk(headers.remove(A));
  headers.removeAt(0);
  t.same(lines(headers), []);
  t.end();
});

t.test('a name that is pinned after a block was read finds its field all the same', (t) => {
  const before = resolveName('x-pinned-later');
  t.equal(before.token, -1);
  const headers = new Headers();
  headers.add(before, 'here');
  const name = pinName('X-Pinned-Later');
  t.ok(name.token >= 0 && name.token < pinnedNames());
  t.equal(headers.get(name), 'here');
  headers.set(name, 'replaced');
  t.equal(headers.count, 1);
  t.ok(headers.remove(resolveName('x-pinned-later')));
  t.equal(headers.count, 0);
  t.end();
});

t.test('a transient name finds a field with a transient name of the same text', (t) => {
  const headers = block(['x-nobody-knows', '1']);
  t.equal(headers.get(resolveName('x-nobody-knows')), '1');
  t.equal(headers.get(resolveName('x-nobody-else')), undefined);
  t.end();
});

t.test('pseudo headers are fields of the block, and answer to their names', (t) => {
  const headers = new Headers();
  t.equal(headers.get(PATH), undefined);
  headers.method = 'GET';
  headers.path = '/';
  headers.authority = 'a';
  headers.scheme = 'http';
  headers.status = 204;
  t.same(
    [METHOD, PATH, AUTHORITY, SCHEME, STATUS].map((name) => headers.get(name)),
    ['GET', '/', 'a', 'http', '204'],
  );
  t.equal(headers.joined(STATUS), '204');
  t.end();
});

t.test('the mask proves absence only', (t) => {
  const headers = block(['content-length', '5']);
  t.ok(headers.mask & CONTENT_LENGTH.bit);
  headers.remove(CONTENT_LENGTH);
  t.notOk(headers.has(CONTENT_LENGTH));
  t.end();
});

t.test('a line is the field in latin1', (t) => {
  const field = new Field(A, '\xe9', -1, false);
  t.same(Buffer.from(renderLine(field)), Buffer.from('x-a: \xe9\r\n', 'latin1'));
  t.end();
});

t.test('names know what codecs do with them', (t) => {
  t.equal(pinName('HOST').rule, RULE_HOST);
  t.equal(TE.kind, NAME_HOP);
  t.equal(A.rule, RULE_NONE);
  t.equal(A.kind, NAME_NORMAL);
  t.equal(pinName('x-a'), A);
  t.equal(resolveName('x-a'), A);
  t.ok(COOKIE.unique);
  t.end();
});
