/** Child of the micro-benchmark: measures the one file that it is given and prints its table. */
import { pathToFileURL } from 'node:url';
import { short } from '../core/numbers.ts';
import { markdownTable } from '../core/table.ts';
import { FULL, type Micro, measure } from './harness.ts';

const file = pathToFileURL(process.argv[2] ?? '').href;
const { default: micro } = (await import(file)) as { default: Micro };
const timings = measure(micro, FULL);
const first = timings[0]?.median ?? Number.NaN;
const rows = timings.map((timing) => [
  timing.name,
  short(timing.median),
  `${short(timing.low)} … ${short(timing.high)}`,
  short(timing.best),
  short(timing.median / first),
]);
process.stdout.write(`\n${markdownTable([micro.name, 'ns/op', '95 % of the median', 'best', '÷ first'], rows)}\n`);
