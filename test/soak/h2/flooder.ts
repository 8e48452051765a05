/**
 * One flood, in a process of its own: `flooder.ts <name> <port> <seconds>`. Whoever is thrown out comes back ten times a second; who should
 * be and was not goes on for a while. Prints `{"connections": n}`.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { RawH2 } from '../../support/raw-h2.ts';
import { FLOODS } from './floods.ts';

const [name = '', port = '0', seconds = '0'] = process.argv.slice(2);
const flood = FLOODS.find((one) => one.name === name);
if (flood === undefined) throw new Error(`no flood '${name}'`);
const deaf = flood.deaf === true;
const until = performance.now() + Number(seconds) * 1000;
const PATIENCE_MS = 20_000;
let connections = 0;

/** Milliseconds that the flood has left. */
function left(): number {
  const now = performance.now();
  return flood?.survives !== true && connections < 2 ? until + PATIENCE_MS - now : until - now;
}

while (left() > 0) {
  const client = await RawH2.open(Number(port), { settings: flood.settings ?? [], paused: deaf });
  connections++;
  // A flood that waits for a peer that takes nothing more ends with the window.
  const alarm = setTimeout(() => client.close(), Math.max(0, left()));
  for (let n = 0; !client.closed; n++) {
    if (!flood.batch(client, n)) {
      await client.end();
      break;
    }
    await client.drained();
    await new Promise<void>((resolve) => void setImmediate(resolve));
    client.frames.length = 0;
    // A deaf client learns of the end only by reading.
    if (deaf && n % 50 === 49) client.socket.resume().pause();
  }
  clearTimeout(alarm);
  client.close();
  await pause(100);
}
console.log(JSON.stringify({ connections }));
process.exit(0);
