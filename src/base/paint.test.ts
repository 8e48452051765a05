import t from 'tap';
import { PLAIN, paintFor } from './paint.ts';

t.test('colours go to terminals, unless the environment says otherwise', (t) => {
  const coloured = (isTTY: boolean, environment: Record<string, string>): boolean => paintFor({ isTTY }, environment) !== PLAIN;
  t.equal(coloured(true, {}), true);
  t.equal(coloured(false, {}), false);
  t.equal(coloured(true, { NO_COLOR: '1' }), false);
  t.equal(coloured(true, { NO_COLOR: '' }), true);
  t.equal(coloured(false, { FORCE_COLOR: '1' }), true);
  t.equal(coloured(false, { FORCE_COLOR: '' }), true);
  t.equal(coloured(true, { FORCE_COLOR: '0' }), false);
  t.equal(coloured(true, { FORCE_COLOR: '1', NO_COLOR: '1' }), true);
  t.equal(coloured(true, { TERM: 'dumb' }), false);
  t.equal(paintFor({ isTTY: true }, {}).error('no'), '\u001b[31mno\u001b[39m');
  t.equal(paintFor({ isTTY: true }, {}).error(''), '');
  t.end();
});
