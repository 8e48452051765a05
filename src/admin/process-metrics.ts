/**
 * Metrics of the process itself, in the names that Node's Prometheus users know (`process_`, `nodejs_`). They are read when
 * scraped: nothing measures in between.
 */
import type { Registry } from 'prom-client';
import { commonJs } from '../base/common-js.ts';

let registry: Promise<Registry> | null = null;

/** The Prometheus form; prom-client is loaded with the first scrape. */
export async function processMetrics(): Promise<string> {
  registry ??= createRegistry();
  return (await registry).metrics();
}

async function createRegistry(): Promise<Registry> {
  const { Counter, Gauge, Registry } = commonJs(await import('prom-client'));
  const registers = [new Registry()];
  let cpu = 0;
  new Counter({
    name: 'process_cpu_seconds_total',
    help: 'Total user and system CPU time spent in seconds.',
    registers,
    collect() {
      const { user, system } = process.cpuUsage();
      this.inc((user + system) / 1e6 - cpu);
      cpu = (user + system) / 1e6;
    },
  });
  const started = Date.now() / 1000 - process.uptime();
  const gauge = (name: string, help: string, read: () => number): void => {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  };
  gauge('process_start_time_seconds', 'Start time of the process since unix epoch in seconds.', () => started);
  gauge('process_resident_memory_bytes', 'Resident memory size in bytes.', () => process.memoryUsage.rss());
  gauge('nodejs_heap_size_total_bytes', 'Process heap size from Node.js in bytes.', () => process.memoryUsage().heapTotal);
  gauge('nodejs_heap_size_used_bytes', 'Process heap size used from Node.js in bytes.', () => process.memoryUsage().heapUsed);
  gauge('nodejs_external_memory_bytes', 'Node.js external memory size in bytes.', () => process.memoryUsage().external);
  gauge(
    'nodejs_eventloop_utilization',
    'Share of time the event loop was busy since the start.',
    () => performance.eventLoopUtilization().utilization,
  );
  new Gauge({ name: 'nodejs_version_info', help: 'Node.js version info.', labelNames: ['version'], registers }).set(
    { version: process.version },
    1,
  );
  return registers[0] as Registry;
}
