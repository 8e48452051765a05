/**
 * SIGTERM and SIGINT: readiness fails, every listener but the outbound ones drains, and the process ends with 0 when no request is
 * left or the drain time is over. The application that ends beside us may still call out. A second signal ends at once.
 */
import type { Loggers } from '../base/log.ts';
import type { Host } from './main.ts';
import type { Server } from './server.ts';

const EXIT_BY: Readonly<Record<string, number>> = { SIGINT: 130, SIGTERM: 143 };

export function endsBySignal(server: Server, loggers: Loggers, host: Host, end: (code: number) => void): void {
  const log = loggers.get('main');
  let draining = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (draining) {
      log.warning(`${signal} again: ends at once`);
      host.exit(EXIT_BY[signal] ?? 1);
    }
    draining = true;
    log.info(`${signal}: draining; once more to end at once`);
    server.runtime.failReadiness(true);
    server.runtime.drain({ inboundOnly: false, keepOutbound: true, graceful: false }).then(
      () => end(0),
      (error: unknown) => {
        log.critical(`the drain failed: ${String(error)}`);
        end(1);
      },
    );
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
}
