/** One TLS handshake and one request over it, as a test sees them. */
import { connect, type PeerCertificate, type TLSSocket } from 'node:tls';

export interface HandshakeOptions {
  readonly ca?: string;
  readonly certificate?: string;
  readonly key?: string;
  readonly servername?: string;
  readonly alpn?: readonly string[];
}

export interface Handshake {
  /** Common name of the server's certificate. */
  readonly cn: string;
  readonly peer: PeerCertificate;
  /** Answer to `GET /`, head and body. */
  readonly answer: string;
}

/** Rejects when the server ends the connection before it answered. */
export function handshake(port: number, options: HandshakeOptions = {}): Promise<Handshake> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket: TLSSocket = connect({
      host: '127.0.0.1',
      port,
      rejectUnauthorized: options.ca !== undefined,
      checkServerIdentity: () => undefined,
      ...(options.ca === undefined ? {} : { ca: options.ca }),
      ...(options.certificate === undefined ? {} : { cert: options.certificate, key: options.key }),
      ...(options.servername === undefined ? {} : { servername: options.servername }),
      ...(options.alpn === undefined ? {} : { ALPNProtocols: [...options.alpn] }),
    });
    let peer: PeerCertificate | null = null;
    socket.on('secureConnect', () => {
      peer = socket.getPeerCertificate();
      socket.write('GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n');
    });
    socket.on('data', (data: Buffer) => {
      answer += data.toString('latin1');
    });
    socket.on('error', reject);
    socket.on('close', () => {
      if (peer === null || answer === '') reject(new Error('closed without an answer'));
      else resolve({ cn: String(peer.subject?.CN ?? ''), peer, answer });
    });
  });
}

/** Handshakes until one gives what is wanted; answers the milliseconds that took. Rejects after `limitMs`. */
export async function handshakesUntil(
  port: number,
  options: HandshakeOptions,
  wanted: (result: Handshake | null) => boolean,
  limitMs = 5000,
): Promise<number> {
  const started = performance.now();
  for (;;) {
    const result = await handshake(port, options).catch(() => null);
    const took = performance.now() - started;
    if (wanted(result)) return took;
    if (took > limitMs) throw new Error(`after ${Math.round(took)} ms still ${result === null ? 'refused' : result.cn}`);
  }
}
