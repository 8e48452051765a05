/**
 * Closed loop over HTTP/1.1 and TLS with a client certificate: `h1-tls.ts <plan as JSON> <port> <seconds> <folder of certificates>` keeps one
 * request in flight on each connection. With `plan.handshakes` every request has a connection and a full handshake to itself.
 */
import tls from 'node:tls';
import { sideOf } from '../core/certificates.ts';
import { Histogram } from '../core/histogram.ts';
import type { LoadPlan, LoadResult } from '../model.ts';

const [planText = '{}', port = '0', secondsText = '1', certificates = ''] = process.argv.slice(2);
const plan = JSON.parse(planText) as LoadPlan;
const length = plan.bodyBytes > 0 ? `content-length: ${plan.bodyBytes}\r\n` : '';
const request = Buffer.concat([
  Buffer.from(`${plan.method} ${plan.path} HTTP/1.1\r\nhost: bench.local\r\n${length}\r\n`, 'latin1'),
  Buffer.alloc(plan.bodyBytes, 'x'),
]);
const HEAD_END = Buffer.from('\r\n\r\n', 'latin1');
const secureContext = tls.createSecureContext(sideOf(certificates, 'client'));

const histogram = new Histogram();
let errors = 0;
let open = true;

class Connection {
  socket: tls.TLSSocket | null = null;
  startedAt = 0;
  left = -1;
  ok = false;

  connect(): void {
    this.startedAt = performance.now();
    // The certificate names a workload and not this address; what is measured does not depend on who checks it.
    const socket = tls.connect({ port: Number(port), host: '127.0.0.1', secureContext, rejectUnauthorized: false });
    this.socket = socket;
    this.left = -1;
    socket.setNoDelay(true);
    socket.on('secureConnect', () => this.send());
    socket.on('data', (chunk: Buffer) => this.take(chunk));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      if (!open || this.socket !== socket) return;
      errors++;
      setTimeout(() => this.connect(), 10);
    });
  }

  send(): void {
    if (plan.handshakes !== true) this.startedAt = performance.now();
    this.socket?.write(request);
  }

  take(chunk: Buffer): void {
    let at = 0;
    if (this.left < 0) {
      const end = chunk.indexOf(HEAD_END);
      const match = /\r\ncontent-length: *(\d+)/i.exec(chunk.toString('latin1', 0, end < 0 ? 0 : end + 2));
      if (match === null) {
        this.socket?.destroy();
        return;
      }
      this.ok = chunk.toString('latin1', 9, 12) === '200';
      this.left = Number(match[1]);
      at = end + 4;
    }
    this.left -= chunk.length - at;
    if (this.left > 0) return;
    this.left = -1;
    histogram.record((performance.now() - this.startedAt) * 1000);
    if (!this.ok) errors++;
    if (!open) return;
    if (plan.handshakes !== true) {
      this.send();
      return;
    }
    const { socket } = this;
    this.socket = null;
    socket?.destroy();
    this.connect();
  }
}

const startedAt = performance.now();
const connections = Array.from({ length: plan.connections }, () => new Connection());
for (const connection of connections) connection.connect();
setTimeout(() => {
  open = false;
  const result: LoadResult = {
    tool: 'h1-tls',
    requests: histogram.total,
    errors,
    seconds: (performance.now() - startedAt) / 1000,
    p50: histogram.percentile(0.5),
    p99: histogram.percentile(0.99),
  };
  for (const connection of connections) connection.socket?.destroy();
  console.log(JSON.stringify(result));
  process.exit(0);
}, Number(secondsText) * 1000);
