/** A body of the given size: printable, one line. */
export function fixedBody(bytes: number): Buffer {
  return Buffer.alloc(bytes, 'the quick brown fox jumps over the lazy dog, again and again; ');
}

/** A whole HTTP/1.1 reply as small services send it. The date is fixed: nobody here reads it. */
export function fixedReply(bytes: number): Buffer {
  const head = [
    'HTTP/1.1 200 OK',
    'server: bench',
    'date: Mon, 02 Nov 2026 09:00:00 GMT',
    'content-type: text/plain',
    `content-length: ${bytes}`,
    '\r\n',
  ].join('\r\n');
  return Buffer.concat([Buffer.from(head, 'latin1'), fixedBody(bytes)]);
}
