import t from 'tap';
import { formatChars, formatG, formatShortest, integerText } from './number-text.ts';

t.test('formatG prints as %g does', async (t) => {
  t.equal(formatG(99.5, 6), '99.5');
  t.equal(formatG(300000, 6), '300000');
  t.equal(formatG(1800000, 6), '1.8e+06');
  t.equal(formatG(0.00001, 6), '1e-05');
  t.equal(formatG(0.5, 6), '0.5');
  t.equal(formatG(135.29291787707552, 32), '135.29291787707552430219948291779');
  t.equal(formatG(100, 32), '100');
  t.equal(formatG(0, 32), '0');
  t.equal(formatG(Number.NaN, 32), 'nan');
  t.equal(formatG(Number.NEGATIVE_INFINITY, 6), '-inf');
});

t.test('formatShortest keeps plain notation up to 10^16', async (t) => {
  t.equal(formatShortest(Number.NaN), 'nan');
  t.equal(formatShortest(0), '0');
  t.equal(formatShortest(1433333.3333333333), '1433333.3333333333');
  t.equal(formatShortest(3e15), '3000000000000000');
  t.equal(formatShortest(1e16), '1e+16');
  t.equal(formatShortest(1.5e-7), '1.5e-07');
});

t.test('formatChars takes the shorter notation, the plain one when both are as long', async (t) => {
  t.equal(formatChars(30000), '30000');
  t.equal(formatChars(300000), '3e+05');
  t.equal(formatChars(1800000), '1800000');
  t.equal(formatChars(0.5), '0.5');
  t.equal(formatChars(110.00000000000001), '110.00000000000001');
  t.equal(formatChars(1e21), '1e+21');
});

t.test('integerText knows the largest number of 64 bits', async (t) => {
  t.equal(integerText(Number(2n ** 64n - 1n)), '18446744073709551615');
  t.equal(integerText(4294967295), '4294967295');
  t.equal(integerText(-0), '0');
});
