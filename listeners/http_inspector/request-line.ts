/** What counts as the first line of an HTTP request for Envoy's inspector: which part is checked, and which is not. */

export const LINE_MORE = 0 as const;
export const LINE_HTTP10 = 1 as const;
export const LINE_HTTP11 = 2 as const;
export const LINE_HTTP2 = 3 as const;
export const LINE_NOT_HTTP = 4 as const;
export type LineStatus = typeof LINE_MORE | typeof LINE_HTTP10 | typeof LINE_HTTP11 | typeof LINE_HTTP2 | typeof LINE_NOT_HTTP;

/** RFC 9113 §3.4. */
const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1');
const CR = 13;
const LF = 10;
/** Between the parts of a request line, and behind it: everything up to the blank. */
const BLANKS = /[\0-\x20]+/;
const BLANKS_AT_END = /[\0-\x20]+$/;
/** RFC 9110 §5.6.2. */
const METHOD = /^[!#$%&'*+\-.^_`|~\w]+$/;
/** A path, or `*`. */
const PATH = /^[/*][\t\f!-~]*$/;
/** An absolute URL: scheme, host, path. */
const URL = /^[A-Za-z][A-Za-z\d+\-.]*:\/\/([\w!$%&'()*+,\-.:;=@[\]~]*)(?:[/?][\t\f!-~]*)?$/;
/** What CONNECT names. */
const AUTHORITY = /^([\w!$%&'()*+,\-.:;=@[\]~]*)(?:[/?][\t\f!-~]*)?$/;
const VERSION = /^HTTP\/\d\.\d$/;

/** `bytes` is not empty. LINE_MORE until the line, or the preface of HTTP/2, is there as a whole. */
export function readLine(bytes: Buffer): LineStatus {
  const seen = Math.min(bytes.length, PREFACE.length);
  if (PREFACE.compare(bytes, 0, seen, 0, seen) === 0) return seen === PREFACE.length ? LINE_HTTP2 : LINE_MORE;
  if (bytes[0] === CR || bytes[0] === LF) return LINE_NOT_HTTP;
  const end = bytes.indexOf(LF);
  if (end < 0) return LINE_MORE;
  return judge(bytes.latin1Slice(0, end));
}

function judge(text: string): LineStatus {
  const line = text.replace(BLANKS_AT_END, '');
  const first = BLANKS.exec(line);
  const method = first === null ? line : line.slice(0, first.index);
  const rest = first === null ? '' : line.slice(first.index + first[0].length);
  const second = BLANKS.exec(rest);
  const target = second === null ? rest : rest.slice(0, second.index);
  const version = second === null ? '' : rest.slice(second.index + second[0].length);
  if (!METHOD.test(method) || !isTarget(target, method === 'CONNECT')) return LINE_NOT_HTTP;
  // Without a version it is HTTP/0.9, which counts as 1.0.
  if (version !== '' && !VERSION.test(version)) return LINE_NOT_HTTP;
  return version === 'HTTP/1.1' ? LINE_HTTP11 : LINE_HTTP10;
}

function isTarget(target: string, connect: boolean): boolean {
  if (PATH.test(target)) return true;
  const host = (connect ? AUTHORITY : URL).exec(target)?.[1];
  return target !== '' && host !== undefined && !host.includes('@@');
}
