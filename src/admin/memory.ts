import { create } from '../api/index.ts';
import { fullJson } from './json.ts';
import { type AdminRoute, json, page } from './route.ts';

/** Envoy's fields, filled with what V8 and the kernel know. */
export const memory: AdminRoute = page('/memory', 'print current allocation/heap usage', () => {
  const { heapUsed, heapTotal, external, rss } = process.memoryUsage();
  return json(
    fullJson(
      create('envoy.admin.v3.Memory', {
        allocated: BigInt(heapUsed + external),
        heapSize: BigInt(heapTotal + external),
        pageheapFree: BigInt(heapTotal - heapUsed),
        totalPhysicalBytes: BigInt(rss),
      }),
    ),
  );
});
