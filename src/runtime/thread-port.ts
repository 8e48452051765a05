/** The worker's end: serves a `WorkerCore` over a port. What cannot be answered ends the thread; the main thread sees to the rest. */
import type { MessagePort } from 'node:worker_threads';
import type { Clock } from '../base/clock.ts';
import { Loggers } from '../base/log.ts';
import type { ExtensionRegistry } from '../extension/registry.ts';
import type { Rooms } from './rooms.ts';
import type { ThreadMessage, ToThread } from './thread-messages.ts';
import { WorkerCore, type WorkerSettings } from './worker-core.ts';

export interface ThreadParts {
  readonly clock: Clock;
  readonly registry: ExtensionRegistry;
  readonly rooms: Rooms;
}

export function serveThread(port: MessagePort, settings: WorkerSettings, parts: ThreadParts): void {
  const post = (message: ThreadMessage): void => port.postMessage(message);
  const loggers = new Loggers(settings.logLevel, { write: (line) => post({ kind: 'log', line }) });
  for (const [component, level] of settings.componentLevels) loggers.get(component).setLevel(level);
  const core = new WorkerCore(settings, {
    ...parts,
    loggers,
    events: {
      onState: (state) => post({ kind: 'state', state }),
      onLateFailure: (listener, problem) => post({ kind: 'late', listener, problem }),
      onSecretDemand: (demand) => post({ kind: 'demand', demand }),
      onSecretRelease: (key) => post({ kind: 'release', key }),
    },
  });
  const tellStats = (): void => {
    const descriptions = core.stats.drainDescriptions();
    if (descriptions.length > 0) post({ kind: 'stats', descriptions });
  };
  core.stats.onPending(() => setImmediate(tellStats));
  port.on('message', (message: ToThread) => {
    if ('secret' in message) {
      core.deliverSecret(message.secret);
      return;
    }
    const { id, method, args } = message;
    const call = core[method] as (...args: readonly unknown[]) => Promise<unknown>;
    call.apply(core, [...args]).then(
      (value) => {
        // Whoever reads the answer finds the stats that came with it.
        tellStats();
        post({ kind: 'answer', id, value });
        if (method === 'close') port.close();
      },
      (error: unknown) => {
        // Thrown where nobody catches it, as in the inline worker.
        setImmediate(() => {
          throw error;
        });
      },
    );
  });
  post({ kind: 'ready' });
}
