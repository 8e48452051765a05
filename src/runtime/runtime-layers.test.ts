import t from 'tap';
import { fromJson, type JsonInput } from '../api/index.ts';
import { Problems } from '../base/errors.ts';
import { entryOfFraction, entryOfNumber, entryOfText } from './runtime-entry.ts';
import { entriesOf, RuntimeLayers } from './runtime-layers.ts';

function layersOf(...layers: JsonInput[]): RuntimeLayers {
  return new RuntimeLayers(fromJson('envoy.config.bootstrap.v3.LayeredRuntime', { layers }));
}

t.test('later layers win, key by key', (t) => {
  const layers = layersOf(
    { name: 'first', static_layer: { a: { b: 1, c: 'x' }, d: true } },
    { name: 'second', static_layer: { 'a.b': 2.5 } },
    { name: 'admin', admin_layer: {} },
  );
  t.same(layers.names, ['first', 'second', 'admin']);
  t.same(layers.keys(), [
    { key: 'a.b', final: '2.5', values: ['1', '2.5', ''] },
    { key: 'a.c', final: 'x', values: ['x', '', ''] },
    { key: 'd', final: 'true', values: ['true', '', ''] },
  ]);
  t.end();
});

t.test('what the admin sets stands in its layer, and can be taken back', (t) => {
  const layers = layersOf({ name: 'admin', admin_layer: {} }, { name: 'above', static_layer: { a: 1 } });
  t.equal(layers.overridden, false);
  t.equal(
    layers.modify(
      new Map([
        ['a', '9'],
        ['b', '7'],
      ]),
    ),
    true,
  );
  t.equal(layers.overridden, true);
  t.same(layers.keys(), [
    { key: 'a', final: '1', values: ['9', '1'] },
    { key: 'b', final: '7', values: ['7', ''] },
  ]);
  layers.modify(
    new Map([
      ['a', ''],
      ['b', ''],
      ['c', ''],
    ]),
  );
  t.same(layers.keys(), [{ key: 'a', final: '1', values: ['', '1'] }]);
  t.equal(layers.overridden, false);
  t.end();
});

t.test('without a layer for the admin nothing can be set; an empty list of layers has one', (t) => {
  t.equal(new RuntimeLayers().modify(new Map([['a', '1']])), false);
  t.same(new RuntimeLayers().names, []);
  t.equal(layersOf({ name: 's', static_layer: {} }).modify(new Map([['a', '1']])), false);
  const none = layersOf();
  t.same(none.names, ['']);
  t.equal(none.modify(new Map([['a', '1']])), true);
  t.end();
});

t.test('null and lists are no values', (t) => {
  const problems = new Problems('l');
  t.same([...entriesOf({ a: null, b: { c: [1] }, d: 1 }, problems).keys()], ['d']);
  t.same(
    problems.list.map(({ path, message }) => [path, message]),
    [
      ['l.a', 'invalid runtime entry value for a'],
      ['l.b.c', 'invalid runtime entry value for b.c'],
    ],
  );
  t.end();
});

t.test('texts are numbers and flags where they read so', (t) => {
  const kinds = (text: string) => {
    const { number, integer, flag } = entryOfText(text);
    return [number, integer, flag];
  };
  t.same(kinds('42'), [42, 42, null]);
  t.same(kinds(' 50.9 '), [50.9, 50, null]);
  t.same(kinds('+1e2'), [100, 100, null]);
  t.same(kinds('0x64'), [100, 100, null]);
  t.same(kinds('-3'), [-3, null, null]);
  t.same(kinds('True'), [null, null, true]);
  t.same(kinds(' false'), [null, null, false]);
  for (const text of ['', 'x', '1x', '{numerator: 100}']) t.same(kinds(text), [null, null, null], text);
  t.equal(entryOfNumber(1e21).integer, null, 'beyond 64 bits');
  t.equal(entryOfNumber(-0.5).integer, null);
  t.end();
});

t.test('numbers are written with six digits, as Envoy does', (t) => {
  const cases: [number, string][] = [
    [0, '0'],
    [100, '100'],
    [1.5, '1.5'],
    [-3, '-3'],
    [1_234_567, '1.23457e+06'],
    [123_456, '123456'],
    [1e21, '1e+21'],
    [0.00001, '1e-05'],
    [0.0001, '0.0001'],
    [1 / 3, '0.333333'],
  ];
  for (const [number, text] of cases) t.equal(entryOfNumber(number).text, text);
  t.end();
});

t.test('a fraction is one when nothing else stands in it', (t) => {
  const fraction = (struct: { [key: string]: string | number }) => entryOfFraction(struct).fraction;
  t.same(fraction({}), { numerator: 0, denominator: 100 });
  t.same(fraction({ numerator: 7.9, denominator: 'MILLION' }), { numerator: 7, denominator: 1_000_000 });
  t.same(fraction({ numerator: 'x' }), { numerator: 0, denominator: 100 });
  t.same(fraction({ numerator: -1 }), { numerator: 2 ** 32 - 1, denominator: 100 });
  t.equal(fraction({ numerator: 1, denominator: 'NOPE' }), null);
  t.equal(fraction({ numerator: 1, denominator: 0 }), null);
  t.equal(fraction({ numerator: 1, more: 1 }), null);
  t.equal(
    entryOfFraction({ numerator: 5, denominator: 'HUNDRED' }).text,
    'fields {\n  key: "denominator"\n  value {\n    string_value: "HUNDRED"\n  }\n}\nfields {\n  key: "numerator"\n  value {\n    number_value: 5\n  }\n}\n',
  );
  t.end();
});
