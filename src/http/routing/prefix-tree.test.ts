import t from 'tap';
import { PrefixTreeBuilder } from './prefix-tree.ts';

/** Lists of the texts that `path` begins with, up to `end`. */
function found(texts: readonly string[], path: string, end = path.length): (readonly number[])[] {
  const builder = new PrefixTreeBuilder();
  texts.forEach((text, i) => {
    builder.add(text, i);
  });
  const tree = builder.build();
  const lists = new Array<readonly number[]>(tree.depth);
  const count = tree.collect(path, end, lists);
  return lists.slice(0, count);
}

t.test('finds every text that a path begins with, the shortest first', (t) => {
  const texts = ['/api/v1', '/', '/api', '/api/v2', '/b', '/api', ''];
  t.same(found(texts, '/api/v1/users'), [[6], [1], [2, 5], [0]]);
  t.same(found(texts, '/api/v'), [[6], [1], [2, 5]]);
  t.same(found(texts, '/ap'), [[6], [1]]);
  t.same(found(texts, '/b'), [[6], [1], [4]]);
  t.same(found(texts, 'x'), [[6]]);
  t.same(found(texts, ''), [[6]]);
  t.end();
});

t.test('finds nothing where nothing begins a path', (t) => {
  t.same(found([], '/a'), []);
  t.same(found(['/abc'], '/ab'), []);
  t.same(found(['/abc'], '/abd'), []);
  t.end();
});

t.test('does not look for more behind the end of the path', (t) => {
  t.same(found(['/a', '/a?b', '/a?b/c'], '/a?b/c', 2), [[0]]);
  t.end();
});

t.test('agrees with a search through all texts', (t) => {
  let state = 5;
  const roll = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) % below;
  };
  const word = (): string => Array.from({ length: roll(6) }, () => 'ab/\u00e9'.charAt(roll(4))).join('');
  for (let round = 0; round < 200; round++) {
    const texts = Array.from({ length: 1 + roll(30) }, word);
    const path = word() + word();
    const wanted = texts.flatMap((text, i) => (path.startsWith(text) ? [i] : []));
    t.same(
      found(texts, path)
        .flat()
        .sort((a, b) => a - b),
      wanted,
    );
  }
  t.end();
});
