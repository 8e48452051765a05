import { join } from 'node:path';
import type { Opponent } from '../model.ts';

/** A reverse proxy in `apps/` that runs on this Node and reads `{listen, backend}` from its configuration file. */
export function nodeApp(name: string, file: string, version: () => string | null, missing: string): Opponent {
  return {
    name,
    shapes: ['http1'],
    find() {
      const found = version();
      return found === null ? { present: false, missing } : { present: true, command: process.execPath, version: found };
    },
    config: (_scenario, wiring) => ({ name: 'app.json', text: JSON.stringify({ listen: wiring.listen, backend: wiring.backend }) }),
    command: (found, config) => [found, join(import.meta.dirname, 'apps', file), config],
  };
}
