import type { Scenario } from '../model.ts';
import h1BodyDown from './h1-body-down.ts';
import h1BodyUp from './h1-body-up.ts';
import h1P99 from './h1-p99.ts';
import h1Paced from './h1-paced.ts';
import h1Plain from './h1-plain.ts';
import h1Sidecar from './h1-sidecar.ts';
import h2Mesh from './h2-mesh.ts';
import h2Plain from './h2-plain.ts';
import memory from './memory.ts';
import start from './start.ts';

/** In the order in which they run and are printed. */
export const SCENARIOS: readonly Scenario[] = [h1Plain, h1Sidecar, h1Paced, h1P99, h1BodyDown, h1BodyUp, memory, start, h2Plain, h2Mesh];
