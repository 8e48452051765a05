import { readFileSync } from 'node:fs';
import t from 'tap';
import { VERSION } from './version.ts';

t.test('the version in the code is the version of the package', (t) => {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  t.match(manifest, { version: VERSION });
  t.end();
});
