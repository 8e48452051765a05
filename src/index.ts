/** Entry of the package: `import { start } from 'outrigger'`. Its types are those of cli/outrigger.d.ts. */
import { startEmbedded } from './cli/embedded.ts';
import type { RunningProxy, StartOptions } from './cli/outrigger.d.ts';
import { installed } from './installed.ts';

export type { RunningProxy, StartError, StartOptions } from './cli/outrigger.d.ts';

const here = import.meta.url;

export function start(options: StartOptions): Promise<RunningProxy> {
  return startEmbedded(options, { installed, workerEntry: new URL(here.endsWith('.ts') ? './worker.ts' : './worker.js', here) });
}
