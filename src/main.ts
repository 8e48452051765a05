/** Entry of the proxy: the only reader of arguments and environment, the only place that ends the process. */
import { runCommand } from './cli/main.ts';

const here = import.meta.url;
const code = await runCommand({
  args: process.argv.slice(2),
  installed: async () => (await import('./installed.ts')).installed(),
  workerEntry: new URL(here.endsWith('.ts') ? './worker.ts' : './worker.js', here),
  nodeVersion: process.versions.node,
  // The origin of this clock is the start of the process.
  uptimeMs: () => performance.now(),
  exit: (status) => process.exit(status),
});
// Sockets of a proxy that was told to go, and nothing else, may still be open here.
process.exit(code);
