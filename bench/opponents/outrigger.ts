import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ask, ROOT } from '../core/find.ts';
import type { Opponent } from '../model.ts';

/** The built proxy of one checkout, started as a user starts it: `bin/outrigger`, which runs `dist/`. */
export function outriggerIn(root: string, name: string): Opponent {
  const command = join(root, 'bin', 'outrigger');
  return {
    name,
    shapes: ['http1', 'http2', 'envoy'],
    find() {
      if (!existsSync(command)) return { present: false, missing: `no bin/outrigger in ${root}` };
      if (!existsSync(join(root, 'dist', 'main.js'))) return { present: false, missing: `no dist/ in ${root}: run npm run build` };
      const version = /\d+\.\d+\.\d+\S*/.exec(ask(command, ['--version']))?.[0] ?? 'unknown';
      return { present: true, command, version };
    },
    config: (scenario, wiring) => ({ name: 'envoy.json', text: JSON.stringify(scenario.bootstrap(wiring), null, 2) }),
    command: (found, file) => [found, '-c', file, '--concurrency', '1', '-l', 'warning'],
  };
}

export default outriggerIn(ROOT, 'outrigger');
