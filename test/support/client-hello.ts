/** First flights of TLS clients: made to order, and as Node sends them. */
import { Duplex } from 'node:stream';
import { type ConnectionOptions, connect } from 'node:tls';

export interface HelloOptions {
  /** As it stands in the message; absent: no extension. */
  readonly serverName?: string;
  readonly alpn?: readonly string[];
  /** Content of supported_versions; absent: no extension. */
  readonly versions?: readonly number[];
  readonly legacyVersion?: number;
  /** More extensions, written first: type and content. */
  readonly extensions?: readonly (readonly [number, Buffer])[];
  readonly compression?: Buffer;
  /** Leaves the extensions out altogether. */
  readonly bare?: boolean;
  /** Bytes of padding (extension 21). */
  readonly padding?: number;
}

/** The handshake message, without records. */
export function helloMessage(options: HelloOptions = {}): Buffer {
  const compression = options.compression ?? Buffer.from([0]);
  const head = Buffer.concat([
    u16(options.legacyVersion ?? 0x0303),
    Buffer.alloc(32, 7),
    Buffer.from([32]),
    Buffer.alloc(32, 9),
    vector16(Buffer.concat([0x1301, 0x1302, 0xc02b, 0xc02f, 0x009c].map(u16))),
    Buffer.from([compression.length]),
    compression,
  ]);
  const body = options.bare === true ? head : Buffer.concat([head, vector16(Buffer.concat(extensionsOf(options)))]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  length[0] = 1;
  return Buffer.concat([length, body]);
}

function extensionsOf(options: HelloOptions): Buffer[] {
  const all: (readonly [number, Buffer])[] = [...(options.extensions ?? [])];
  if (options.serverName !== undefined) {
    all.push([0, vector16(Buffer.concat([Buffer.from([0]), vector16(Buffer.from(options.serverName, 'latin1'))]))]);
  }
  all.push([10, vector16(Buffer.concat([u16(29), u16(23)]))], [13, vector16(Buffer.concat([u16(0x0403), u16(0x0804)]))]);
  if (options.alpn !== undefined) {
    all.push([
      16,
      vector16(Buffer.concat(options.alpn.map((name) => Buffer.concat([Buffer.from([name.length]), Buffer.from(name, 'latin1')])))),
    ]);
  }
  if (options.versions !== undefined) {
    const list = Buffer.concat(options.versions.map(u16));
    all.push([43, Buffer.concat([Buffer.from([list.length]), list])]);
    // A client of TLS 1.3 names a key share (RFC 8446 §9.2).
    all.push([51, vector16(Buffer.concat([u16(29), vector16(Buffer.alloc(32, 3))]))]);
  }
  if (options.padding !== undefined) all.push([21, Buffer.alloc(options.padding)]);
  return all.map(([type, content]) => Buffer.concat([u16(type), vector16(content)]));
}

/** A message in records of at most `size` bytes each. */
export function records(message: Buffer, size = 16_384): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < message.length; at += size) {
    parts.push(Buffer.from([22, 3, 1]), vector16(message.subarray(at, at + size)));
  }
  return Buffer.concat(parts);
}

/** One record. */
export function clientHello(options: HelloOptions = {}): Buffer {
  return records(helloMessage(options));
}

/** What Node's own client sends first. */
export function nodeHello(options: ConnectionOptions): Promise<Buffer> {
  return new Promise((resolve) => {
    const wire = new Duplex({
      read() {},
      write: (chunk: Buffer) => resolve(chunk),
    });
    connect({ ...options, socket: wire }).on('error', () => {});
  });
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

/** Content behind its length. */
function vector16(content: Buffer): Buffer {
  return Buffer.concat([u16(content.length), content]);
}
