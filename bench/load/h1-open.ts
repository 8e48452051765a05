/**
 * Open loop over HTTP/1.1: `h1-open.ts <plan as JSON> <port> <seconds>` sends `plan.rate` requests each second, in ticks of a millisecond,
 * whatever the answers do. Latencies count from the tick at which a request fell due: one that finds every connection busy waits, and its
 * waiting counts; that a timer here came late does not.
 */
import net from 'node:net';
import { Histogram } from '../core/histogram.ts';
import type { LoadPlan, LoadResult } from '../model.ts';

const [planText = '{}', port = '0', secondsText = '1'] = process.argv.slice(2);
const plan = JSON.parse(planText) as LoadPlan;
const rate = plan.rate ?? 1000;
const seconds = Number(secondsText);
const body = Buffer.alloc(plan.bodyBytes, 'x');
const length = plan.bodyBytes > 0 ? `content-length: ${plan.bodyBytes}\r\n` : '';
const request = Buffer.concat([
  Buffer.from(`${plan.method} ${plan.path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n${length}\r\n`, 'latin1'),
  body,
]);
const HEAD_END = Buffer.from('\r\n\r\n', 'latin1');

const histogram = new Histogram();
const idle: Connection[] = [];
const due: number[] = [];
let errors = 0;
let ended = false;

class Connection {
  readonly socket: net.Socket;
  dueAt = 0;
  busy = false;
  left = -1;
  ok = false;

  constructor() {
    this.socket = net.connect({ port: Number(port), host: '127.0.0.1', noDelay: true });
    this.socket.on('connect', () => idle.push(this));
    this.socket.on('data', (chunk: Buffer) => this.take(chunk));
    this.socket.on('error', () => this.socket.destroy());
    this.socket.on('close', () => this.lost());
  }

  send(dueAt: number): void {
    this.dueAt = dueAt;
    this.busy = true;
    this.socket.write(request);
  }

  take(chunk: Buffer): void {
    let at = 0;
    if (this.left < 0) {
      const end = chunk.indexOf(HEAD_END);
      const match = /\r\ncontent-length: *(\d+)/i.exec(chunk.toString('latin1', 0, end < 0 ? 0 : end + 2));
      if (match === null) {
        this.socket.destroy();
        return;
      }
      this.ok = chunk.toString('latin1', 9, 12) === '200';
      this.left = Number(match[1]);
      at = end + 4;
    }
    this.left -= chunk.length - at;
    if (this.left > 0) return;
    this.left = -1;
    this.busy = false;
    histogram.record((performance.now() - this.dueAt) * 1000);
    if (!this.ok) errors++;
    const next = due.shift();
    if (next === undefined) idle.push(this);
    else this.send(next);
  }

  lost(): void {
    const at = idle.indexOf(this);
    if (at >= 0) idle.splice(at, 1);
    if (ended) return;
    if (this.busy) errors++;
    new Connection();
  }
}

const connections = Array.from({ length: plan.connections }, () => new Connection());
await new Promise<void>((resolve) => {
  setTimeout(resolve, 300);
});

const startedAt = performance.now();
let sent = 0;
function tick(): void {
  const now = performance.now();
  const target = Math.min(Math.floor(((now - startedAt) / 1000) * rate), rate * seconds);
  for (; sent < target; sent++) {
    const free = idle.pop();
    if (free === undefined) due.push(now);
    else free.send(now);
  }
  if (now - startedAt < seconds * 1000 + 500) setTimeout(tick, 1);
  else finish();
}
tick();

function finish(): void {
  ended = true;
  const unanswered = due.length + connections.filter((connection) => connection.busy).length;
  const result: LoadResult = {
    tool: 'h1-open',
    requests: histogram.total,
    errors: errors + unanswered,
    seconds,
    p50: histogram.percentile(0.5),
    p99: histogram.percentile(0.99),
  };
  console.log(JSON.stringify(result));
  process.exit(0);
}
