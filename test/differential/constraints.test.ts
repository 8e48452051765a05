/** Every constraint that the protos of a bootstrap carry, broken alone: refused here, and for the same reason by a real Envoy. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import t from 'tap';
import { loadBootstrap } from '../../src/config/load.ts';
import { envoyMissing } from '../support/child-proxy.ts';
import { folderWith } from '../support/command.ts';
import { violations } from '../support/violations.ts';

t.setTimeout(300_000);

const all = violations();
/** A real Envoy takes a quarter of a second for each: one of so many is asked, `CONSTRAINTS=all` for all. */
const EVERY = process.env['CONSTRAINTS'] === 'all' ? 1 : 10;

t.test('each violation is refused', (t) => {
  t.ok(all.length > 200, `${all.length} of them`);
  for (const { name, bootstrap } of all) {
    const loaded = loadBootstrap([{ file: 'x', text: JSON.stringify(bootstrap) }]);
    t.equal('problems' in loaded && loaded.problems.every(({ position }) => position !== undefined), true, name);
  }
  t.end();
});

t.test('a real Envoy refuses the same', { skip: envoyMissing() ?? false }, async (t) => {
  const asked = all.filter((_, i) => i % EVERY === 0);
  const folder = folderWith(t, Object.fromEntries(asked.map(({ bootstrap }, i) => [`${i}.json`, JSON.stringify(bootstrap)])));
  for (const [i, { name }] of asked.entries()) {
    const child = spawn('envoy', ['--mode', 'validate', '-c', join(folder, `${i}.json`), '-l', 'critical'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let log = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      log += text;
    });
    await once(child, 'close');
    t.match(log, /constraint validation failed/, name);
  }
});
