import t from 'tap';
import {
  RuntimeBounds,
  type RuntimeEntry,
  RuntimeFlag,
  RuntimeFraction,
  RuntimeInteger,
  RuntimeNumber,
  RuntimeValues,
} from './runtime-values.ts';

const NOTHING: RuntimeEntry = { text: '', number: null, integer: null, flag: null, fraction: null };
const number = (value: number): RuntimeEntry => ({ ...NOTHING, number: value, integer: value < 0 ? null : Math.trunc(value) });
const fraction = (numerator: number, denominator: number): RuntimeEntry => ({ ...NOTHING, fraction: { numerator, denominator } });
const share = (f: RuntimeFraction): number => Array.from({ length: 100 }, (_, i) => f.holds(i)).filter(Boolean).length;

t.test('a fraction is its default until its key says otherwise', (t) => {
  const values = new RuntimeValues();
  const half = new RuntimeFraction(values, 'k', 50, 100);
  t.equal(share(half), 50);
  values.replace([['k', number(10.9)]]);
  t.equal(share(half), 10, 'a number means per cent');
  values.replace([['k', number(1000)]]);
  t.equal(share(half), 100);
  values.replace([['k', fraction(2000, 10_000)]]);
  t.equal(share(half), 100, 'of the first 100 of 10,000 all are within the first 2,000');
  for (const entry of [number(-1), { ...NOTHING, flag: true }]) {
    values.replace([['k', entry]]);
    t.equal(share(half), 50, 'what is no share changes nothing');
  }
  values.replace([]);
  t.equal(share(half), 50);
  t.end();
});

t.test('a limit lowers a default, and no value that was set', (t) => {
  const values = new RuntimeValues();
  const all = new RuntimeFraction(values, 'k', 100, 100);
  t.equal(all.draws(), true);
  t.equal(all.draws(0), false);
  values.replace([['k', number(100)]]);
  t.equal(all.draws(0), true);
  values.replace([['k', number(0)]]);
  t.equal(all.draws(), false);
  t.end();
});

t.test('a handle without a key hears nothing', (t) => {
  const values = new RuntimeValues([['', number(7)]]);
  t.equal(new RuntimeInteger(values, '', 3).read(), 3);
  t.equal(new RuntimeNumber(values, '', 3.5).read(), 3.5);
  t.equal(new RuntimeFlag(values, '', true).read(), true);
  t.equal(share(new RuntimeFraction(values, '', 1, 100)), 1);
  t.end();
});

t.test('whole numbers, numbers and flags are read by their kind', (t) => {
  const values = new RuntimeValues([
    ['n', number(2.5)],
    ['f', { ...NOTHING, flag: false }],
  ]);
  t.equal(new RuntimeInteger(values, 'n', 9).read(), 2);
  t.equal(new RuntimeNumber(values, 'n', 9).read(), 2.5);
  t.equal(new RuntimeFlag(values, 'n', true).read(), true);
  t.equal(new RuntimeFlag(values, 'f', true).read(), false);
  t.equal(new RuntimeInteger(values, 'f', 9).read(), 9);
  t.end();
});

t.test('bounds of weights follow the weights', (t) => {
  const values = new RuntimeValues();
  const bounds = new RuntimeBounds(values, [new RuntimeInteger(values, 'p.a', 1), new RuntimeInteger(values, 'p.b', 3)]);
  t.same(bounds.read(), [1, 4]);
  t.equal(bounds.read(), bounds.read(), 'and are not made again without a change');
  values.replace([
    ['p.a', number(0)],
    ['p.b', number(5)],
  ]);
  t.same(bounds.read(), [0, 5]);
  t.end();
});
