/** Entry of a worker thread that is made of doubles (runtime.ts): `crash…` ends it while it compiles. */
import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../../src/base/clock.ts';
import { serveThread } from '../../src/runtime/thread-port.ts';
import type { WorkerSettings } from '../../src/runtime/worker-core.ts';
import { Doubles } from './runtime.ts';

if (parentPort === null) throw new Error('runs in a worker thread only');
const doubles = new Doubles();
serveThread(parentPort, workerData as WorkerSettings, { clock: systemClock, registry: doubles.registry(), rooms: doubles.rooms });
