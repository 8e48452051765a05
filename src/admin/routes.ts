import { certs } from './certs.ts';
import { clusters } from './clusters.ts';
import { configDump } from './config-dump.ts';
import { help, home } from './help.ts';
import { initDump } from './init-dump.ts';
import { listeners } from './listeners.ts';
import { logging } from './logging.ts';
import { memory } from './memory.ts';
import {
  allocationProfiler,
  contention,
  cpuProfiler,
  heapDump,
  heapProfiler,
  hotRestartVersion,
  peakHeapDump,
  recentLookups,
  tcmalloc,
} from './profilers.ts';
import { ready } from './ready.ts';
import type { AdminRoute } from './route.ts';
import { runtime, runtimeModify } from './runtime.ts';
import { serverInfo } from './server-info.ts';
import { stats, statsPrometheus } from './stats-pages.ts';
import { drainListeners, healthcheckFail, healthcheckOk, quit, reopenLogs, resetCounters } from './verbs.ts';

/** Every page, by path. */
export const ROUTES: readonly AdminRoute[] = [
  home,
  allocationProfiler,
  certs,
  clusters,
  configDump,
  contention,
  cpuProfiler,
  drainListeners,
  healthcheckFail,
  healthcheckOk,
  heapDump,
  heapProfiler,
  help,
  hotRestartVersion,
  initDump,
  listeners,
  logging,
  memory,
  tcmalloc,
  peakHeapDump,
  quit,
  ready,
  reopenLogs,
  resetCounters,
  runtime,
  runtimeModify,
  serverInfo,
  stats,
  statsPrometheus,
  ...recentLookups,
];
