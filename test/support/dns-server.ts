/** A DNS server over UDP (RFC 1035) whose answers the test writes; `asked` says who wanted what. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { ipBytes } from '../../src/base/ip.ts';

/** Addresses of both families, the family that was asked for is served; or an error, or no answer at all. */
export type DnsReply = { readonly ips: readonly string[]; readonly ttl?: number } | 'nxdomain' | 'servfail' | 'silence';

const A = 1;
const AAAA = 28;
const RESPONSE = 0x8180;
const RCODE = { nxdomain: 3, servfail: 2 } as const;
const HEADER_BYTES = 12;

export class DnsServer {
  readonly #socket: Socket = createSocket('udp4');
  readonly #zone = new Map<string, readonly DnsReply[]>();
  readonly #turn = new Map<string, number>();
  /** `app.test A`, in the order of the questions. */
  readonly asked: string[] = [];
  port = 0;

  async listen(): Promise<this> {
    this.#socket.on('message', (query, from) => {
      const reply = this.#reply(query);
      if (reply !== null) this.#socket.send(reply, from.port, from.address);
    });
    this.#socket.bind(0, '127.0.0.1');
    await once(this.#socket, 'listening');
    this.port = (this.#socket.address() as AddressInfo).port;
    return this;
  }

  /** One reply after the other, for each family on its own; the last one goes on. A name that was never set does not exist. */
  set(name: string, ...replies: readonly DnsReply[]): void {
    this.#zone.set(name, replies);
    this.#turn.clear();
  }

  count(name: string): number {
    return this.asked.filter((question) => question.startsWith(`${name} `)).length;
  }

  close(): void {
    this.#socket.close();
  }

  #reply(query: Buffer): Buffer | null {
    const { name, end } = readName(query);
    const type = query.readUInt16BE(end);
    const question = `${name} ${type === A ? 'A' : type === AAAA ? 'AAAA' : type}`;
    this.asked.push(question);
    const turn = this.#turn.get(question) ?? 0;
    this.#turn.set(question, turn + 1);
    const replies = this.#zone.get(name) ?? ['nxdomain'];
    const reply = replies[Math.min(turn, replies.length - 1)] ?? 'silence';
    if (reply === 'silence') return null;
    const records =
      typeof reply === 'string' ? [] : reply.ips.map((ip) => record(ip, reply.ttl ?? 60)).filter((each) => each.type === type);
    const head = Buffer.alloc(HEADER_BYTES);
    head.writeUInt16BE(query.readUInt16BE(0), 0);
    head.writeUInt16BE(RESPONSE | (typeof reply === 'string' ? RCODE[reply] : 0), 2);
    head.writeUInt16BE(1, 4);
    head.writeUInt16BE(records.length, 6);
    return Buffer.concat([head, query.subarray(HEADER_BYTES, end + 4), ...records.map(({ bytes }) => bytes)]);
  }
}

/** Of the first question; `end` is where its type stands. */
function readName(query: Buffer): { name: string; end: number } {
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (let length = query.readUInt8(at); length > 0; length = query.readUInt8(at)) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), end: at + 1 };
}

/** Its name is that of the question (RFC 1035 §4.1.4). */
function record(ip: string, ttl: number): { type: number; bytes: Buffer } {
  const address = ipBytes(ip);
  if (address === null) throw new Error(`${ip} is no address`);
  const type = address.length === 4 ? A : AAAA;
  const head = Buffer.alloc(12);
  head.writeUInt16BE(0xc000 | HEADER_BYTES, 0);
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt32BE(ttl, 6);
  head.writeUInt16BE(address.length, 10);
  return { type, bytes: Buffer.concat([head, address]) };
}
