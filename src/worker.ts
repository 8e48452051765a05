/** Entry of a worker thread: one data path behind a port. */
import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from './base/clock.ts';
import { installed } from './installed.ts';
import { registryOf } from './runtime/extensions.ts';
import { createRooms } from './runtime/rooms.ts';
import { serveThread } from './runtime/thread-port.ts';
import type { WorkerSettings } from './runtime/worker-core.ts';

const settings = workerData as WorkerSettings;
if (parentPort === null) throw new Error('worker.ts runs in a worker thread only');
serveThread(parentPort, settings, {
  clock: systemClock,
  registry: registryOf(await installed(), settings.disabledExtensions),
  rooms: createRooms(),
});
