import { certs } from './certs.ts';
import { clusters } from './clusters.ts';
import { configDump } from './config-dump.ts';
import { help, home } from './help.ts';
import { listeners } from './listeners.ts';
import { logging } from './logging.ts';
import { memory } from './memory.ts';
import { ready } from './ready.ts';
import type { AdminRoute } from './route.ts';
import { serverInfo } from './server-info.ts';
import { stats, statsPrometheus } from './stats-pages.ts';
import { drainListeners, healthcheckFail, healthcheckOk, quit, reopenLogs } from './verbs.ts';

/** Every page, by path. */
export const ROUTES: readonly AdminRoute[] = [
  home,
  certs,
  clusters,
  configDump,
  drainListeners,
  healthcheckFail,
  healthcheckOk,
  help,
  listeners,
  logging,
  memory,
  quit,
  ready,
  reopenLogs,
  serverInfo,
  stats,
  statsPrometheus,
];
