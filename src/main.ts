/** Entry of the proxy: the only reader of arguments and environment, the only place that ends the process. */

import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// Before anything else is loaded: without a handler Node takes this signal for a wish to be debugged.
let reopenLogs = (): void => {};
process.on('SIGUSR1', () => reopenLogs());

const here = import.meta.url;
// The release keeps its compiled code beside itself (filled by the build): a fifth less work at start.
if (!here.endsWith('.ts')) enableCompileCache({ directory: join(import.meta.dirname, 'cache'), portable: true });

const { runCommand } = await import('./cli/main.ts');
const code = await runCommand({
  args: process.argv.slice(2),
  installed: async () => (await import('./installed.ts')).installed(),
  workerEntry: new URL(here.endsWith('.ts') ? './worker.ts' : './worker.js', here),
  nodeVersion: process.versions.node,
  environment: { ...process.env },
  uptimeMs: () => process.uptime() * 1000,
  onReopenLogs(reopen) {
    reopenLogs = reopen;
  },
  exit: (status) => process.exit(status),
});
// Sockets of a proxy that was told to go, and nothing else, may still be open here.
process.exit(code);
