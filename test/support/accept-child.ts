/**
 * A process that accepts connections and keeps them, to be run short of descriptors. Prints its port; answers each line on stdin
 * with a line: `report` with the sockets it holds, errors of accept(2) and CPU time in ms; `free` after closing all of them.
 */
import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { ipAddress } from '../../src/base/address.ts';
import { ListeningSocket } from '../../src/net/listening-socket.ts';

let held: Socket[] = [];
let errors = 0;

const socket = new ListeningSocket(
  { address: ipAddress('127.0.0.1', 0), dualStack: false, reusePort: false, backlog: 128 },
  {
    onAccept(accepted) {
      accepted.on('error', () => {});
      held.push(accepted);
    },
    onAcceptError() {
      errors++;
    },
  },
);

createInterface({ input: process.stdin }).on('line', (line) => {
  if (line === 'free') {
    for (const each of held) each.destroy();
    held = [];
  }
  const { user, system } = process.cpuUsage();
  process.stdout.write(`${JSON.stringify({ held: held.length, errors, cpuMs: (user + system) / 1000 })}\n`);
});
socket.open(() => process.stdout.write(`${socket.address.port}\n`));
