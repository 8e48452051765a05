/**
 * Closed loop over cleartext HTTP/2: `h2.ts <plan as JSON> <port> <seconds>` keeps `connections` × `streams` requests in flight and
 * prints one line of JSON. With `plan.rate` it is an open loop: so many requests each second, in ticks of a millisecond, whatever the answers
 * do; latencies then count from the tick at which a request fell due. It reads frame heads, the first byte of header blocks and nothing else, so it costs little beside the proxy.
 */
import net from 'node:net';
import { frame } from '../backend/http2.ts';
import { Histogram } from '../core/histogram.ts';
import type { LoadPlan, LoadResult } from '../model.ts';
import { type RequestTemplate, requestTemplates } from './mesh-headers.ts';

const [planText = '{}', port = '0', secondsText = '1'] = process.argv.slice(2);
const plan = JSON.parse(planText) as LoadPlan;
const templates = requestTemplates(plan);
const DIGITS = Buffer.from('0123456789abcdef', 'latin1');
const WINDOW = 1 << 30;

const histogram = new Histogram();
let errors = 0;
let unique = 0;
let open = true;
/** Open loop: when the requests fell due that found no stream free. */
const due: number[] = [];

/** Settings: no push, a stream window that no reply fills; then the same for the connection. */
function hello(): Buffer {
  const settings = Buffer.alloc(12);
  settings.writeUInt16BE(2, 0);
  settings.writeUInt16BE(4, 6);
  settings.writeUInt32BE(WINDOW, 8);
  const credit = Buffer.alloc(4);
  credit.writeUInt32BE(WINDOW - 65_535);
  return Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1'), frame(4, 0, 0, settings), frame(8, 0, 0, credit)]);
}

type Stream = { readonly at: number; bytes: number; ok: boolean };

class Connection {
  readonly socket: net.Socket;
  readonly streams = new Map<number, Stream>();
  readonly out: Buffer[] = [];
  carry: Buffer | null = null;
  nextId = 1;
  greeted = false;
  received = 0;
  sendWindow = 65_535;
  owed = 0;
  free = 0;

  constructor() {
    this.socket = net.connect({ port: Number(port), host: '127.0.0.1', noDelay: true });
    this.socket.write(hello());
    this.socket.on('data', (chunk: Buffer) => this.take(chunk));
    this.socket.on('error', () => this.socket.destroy());
    this.socket.on('close', () => {
      if (open) errors += 1 + this.streams.size;
    });
  }

  request(at = performance.now()): void {
    if (!open) return;
    if (this.sendWindow < plan.bodyBytes) {
      this.owed++;
      return;
    }
    this.sendWindow -= plan.bodyBytes;
    const template: RequestTemplate = this.nextId === 1 ? templates.first : templates.later;
    const bytes = Buffer.from(template.bytes);
    for (const at of template.streamIdAt) bytes.writeUInt32BE(this.nextId, at);
    unique = (unique + 1) >>> 0;
    for (const at of template.uniqueAt) {
      for (let digit = 0; digit < 8; digit++) bytes[at + digit] = DIGITS[(unique >>> (28 - 4 * digit)) & 15] ?? 48;
    }
    this.streams.set(this.nextId, { at, bytes: 0, ok: false });
    this.nextId += 2;
    this.out.push(bytes);
  }

  take(chunk: Buffer): void {
    const bytes = this.carry === null ? chunk : Buffer.concat([this.carry, chunk]);
    this.carry = null;
    let at = 0;
    while (bytes.length - at >= 9) {
      const length = bytes.readUIntBE(at, 3);
      if (bytes.length - at < 9 + length) break;
      this.frame(bytes[at + 3] ?? 0, bytes[at + 4] ?? 0, bytes.readUInt32BE(at + 5), bytes, at + 9, length);
      at += 9 + length;
    }
    if (at < bytes.length) this.carry = Buffer.from(bytes.subarray(at));
    if (this.received > 1 << 28) {
      const credit = Buffer.alloc(4);
      credit.writeUInt32BE(this.received);
      this.received = 0;
      this.out.push(frame(8, 0, 0, credit));
    }
    while (this.owed > 0 && this.sendWindow >= plan.bodyBytes) {
      this.owed--;
      this.request();
    }
    this.flush();
  }

  flush(): void {
    if (this.out.length > 0) {
      this.socket.write(this.out.length === 1 ? (this.out[0] ?? '') : Buffer.concat(this.out));
      this.out.length = 0;
    }
  }

  frame(type: number, flags: number, id: number, bytes: Buffer, at: number, length: number): void {
    if (type === 0 || type === 1) {
      const stream = this.streams.get(id);
      if (stream === undefined) return;
      if (type === 0) {
        stream.bytes += length;
        this.received += length;
      } else if (stream.bytes === 0) {
        let first = at;
        while (((bytes[first] ?? 0) & 0xe0) === 0x20) first++;
        stream.ok = bytes[first] === 0x88;
      }
      if ((flags & 1) !== 0) this.done(id, stream);
    } else if (type === 3) {
      errors++;
      this.streams.delete(id);
      this.next();
    } else if (type === 4 && (flags & 1) === 0) {
      this.out.push(frame(4, 1, 0, Buffer.alloc(0)));
      this.greet(bytes, at, length);
    } else if (type === 6 && (flags & 1) === 0) {
      this.out.push(frame(6, 1, 0, Buffer.from(bytes.subarray(at, at + length))));
    } else if (type === 7) {
      this.socket.end();
    } else if (type === 8 && id === 0) {
      this.sendWindow += bytes.readUInt32BE(at);
    }
  }

  /** Starts once the peer's settings are here: they must allow the dynamic table that the templates count on. */
  greet(bytes: Buffer, at: number, length: number): void {
    for (let setting = at; setting < at + length; setting += 6) {
      if (bytes.readUInt16BE(setting) === 1 && bytes.readUInt32BE(setting + 2) < 4096) {
        throw new Error('the peer wants a dynamic table below 4096 bytes; this client cannot serve that');
      }
    }
    if (this.greeted) return;
    this.greeted = true;
    for (let stream = 0; stream < plan.streams; stream++) this.next();
  }

  done(id: number, stream: Stream): void {
    this.streams.delete(id);
    if (stream.at >= countFrom) histogram.record((performance.now() - stream.at) * 1000);
    if (!stream.ok || stream.bytes !== plan.replyBytes) errors++;
    this.next();
  }

  /** A stream is free: closed loop sends on it at once. */
  next(): void {
    if (plan.rate === undefined) {
      this.request();
      return;
    }
    const since = due.shift();
    if (since === undefined) this.free++;
    else this.request(since);
  }
}

const startedAt = performance.now();
const countFrom = startedAt + (plan.settleSeconds ?? 0) * 1000;
const connections = Array.from({ length: plan.connections }, () => new Connection());
if (plan.rate !== undefined) tick(plan.rate, performance.now(), 0);

function tick(rate: number, begun: number, sent: number): void {
  const now = performance.now();
  let count = sent;
  for (const target = Math.floor(((now - begun) / 1000) * rate); count < target; count++) {
    const connection = connections[count % connections.length] as Connection;
    const ready = connection.free > 0 ? connection : connections.find((one) => one.free > 0);
    if (ready === undefined) {
      due.push(now);
      continue;
    }
    ready.free--;
    ready.request(now);
  }
  for (const connection of connections) connection.flush();
  if (open) setTimeout(tick, 1, rate, begun, count);
}

setTimeout(() => {
  open = false;
  const seconds = (performance.now() - countFrom) / 1000;
  const result: LoadResult = {
    tool: 'h2',
    requests: histogram.total,
    errors,
    seconds,
    p50: histogram.percentile(0.5),
    p99: histogram.percentile(0.99),
  };
  for (const connection of connections) connection.socket.destroy();
  console.log(JSON.stringify(result));
  process.exit(0);
}, Number(secondsText) * 1000);
