/** Pages about the inside of Envoy's process that this one has no like of: each says so, and what to use instead. */
import { type AdminParam, type AdminRequest, type AdminRoute, page, type Reply, text, verb } from './route.ts';

const NOT_IMPLEMENTED = 501;

export const contention: AdminRoute = page('/contention', 'dump current Envoy mutex contention stats (if enabled)', () =>
  text('Mutex contention tracing is not enabled. To enable, run Envoy with flag --enable-mutex-tracing.'),
);

export const hotRestartVersion: AdminRoute = page('/hot_restart_version', 'print the hot restart compatibility version', () =>
  text('disabled'),
);

const ENABLE: readonly AdminParam[] = [{ name: 'enable', help: 'not supported by this build', oneOf: ['y', 'n'] }];

/** Stopping what never runs is fine, as in Envoy. */
function switched({ params }: AdminRequest, refusal: string): Reply {
  const enable = params.get('enable') ?? '';
  if (enable === 'n') return text('OK\n');
  return enable === 'y' ? text(refusal, NOT_IMPLEMENTED) : text('?enable=<y|n>\n', 400);
}

export const cpuProfiler: AdminRoute = verb(
  '/cpuprofiler',
  'enable/disable the CPU profiler (not supported)',
  (request) => switched(request, 'The current build does not support the CPU profiler; start it with NODE_OPTIONS=--cpu-prof\n'),
  ENABLE,
);

export const allocationProfiler: AdminRoute = verb(
  '/allocprofiler',
  'enable/disable the allocation profiler (not supported)',
  (request) => switched(request, 'The current build does not support the allocation profiler\n'),
  ENABLE,
);

export const heapProfiler: AdminRoute = verb(
  '/heapprofiler',
  'enable/disable the heap profiler (not supported)',
  () => text('The current build does not support heap profiler', NOT_IMPLEMENTED),
  ENABLE,
);

const NO_DUMP = 'The current build does not support heap dumps; start it with NODE_OPTIONS=--heapsnapshot-signal=SIGUSR2\n';

export const heapDump: AdminRoute = page('/heap_dump', 'dump current heap (not supported)', () => text(NO_DUMP, NOT_IMPLEMENTED));

export const peakHeapDump: AdminRoute = page('/peak_heap_dump', 'dump peak heap (not supported)', () => text(NO_DUMP, NOT_IMPLEMENTED));

export const tcmalloc: AdminRoute = page('/memory/tcmalloc', 'print TCMalloc stats (not supported)', () =>
  text('The current build does not use TCMalloc; see /memory\n', NOT_IMPLEMENTED),
);

const NO_LOOKUPS = 'Nothing looks names of stats up while serving\n';

/** Envoy counts how often a name is looked up in its symbol table. */
export const recentLookups: readonly AdminRoute[] = [
  page('/stats/recentlookups', 'show recent stat-name lookups (not supported)', () => text(NO_LOOKUPS, NOT_IMPLEMENTED)),
  ...['clear', 'disable', 'enable'].map((action) =>
    verb(`/stats/recentlookups/${action}`, `${action} recent lookups of stat names (not supported)`, () =>
      text(NO_LOOKUPS, NOT_IMPLEMENTED),
    ),
  ),
];
