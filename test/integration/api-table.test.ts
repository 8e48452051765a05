import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import t from 'tap';
import { apiTable } from '../support/api-table.ts';

t.setTimeout(120_000);

const PAGE = join(import.meta.dirname, '../../docs/api.md');

t.test('docs/api.md says what the compilers say (UPDATE=1 writes it)', async (t) => {
  const page = await apiTable();
  if (process.env['UPDATE'] === '1') {
    mkdirSync(dirname(PAGE), { recursive: true });
    writeFileSync(PAGE, page);
  }
  t.strictSame(readFileSync(PAGE, 'utf8').split('\n'), page.split('\n'));
});
