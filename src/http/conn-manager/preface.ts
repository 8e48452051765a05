/** Which protocol a client's first bytes are: HTTP/2 begins with a line that no HTTP/1.1 request has (RFC 9113 §3.4). */

/** As much of the preface as Envoy looks at; the codec checks the rest. */
export const MAGIC: Buffer = Buffer.from('PRI * HTTP/2', 'latin1');

export const UNDECIDED = 0 as const;
export const IS_HTTP1 = 1 as const;
export const IS_HTTP2 = 2 as const;
export type FirstBytes = typeof UNDECIDED | typeof IS_HTTP1 | typeof IS_HTTP2;

/** `seen` bytes before these were the beginning of MAGIC. */
export function judge(buffer: Buffer, start: number, end: number, seen: number): FirstBytes {
  const length = Math.min(end - start, MAGIC.length - seen);
  for (let i = 0; i < length; i++) if (buffer[start + i] !== MAGIC[seen + i]) return IS_HTTP1;
  return seen + length === MAGIC.length ? IS_HTTP2 : UNDECIDED;
}
