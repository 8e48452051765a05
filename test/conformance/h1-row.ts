/**
 * What a server answers to bytes on an HTTP/1.1 connection: one row per input, the same for the codec alone and for the whole proxy
 * on a socket. `row` is the number in the list of bad inputs that the project holds itself to.
 */

/** Settings that a row needs; everything else has Envoy's default. */
export interface RowSettings {
  readonly acceptHttp10?: boolean;
  readonly defaultHost?: string;
  readonly enableTrailers?: boolean;
  readonly underscores?: 'allow' | 'drop' | 'reject';
  readonly allowChunkedLength?: boolean;
  /** False: `#fragment` is cut off. */
  readonly rejectFragment?: boolean;
}

export interface H1Row {
  readonly row: number;
  readonly name: string;
  /** Latin1: one character is one byte. */
  readonly bytes: string;
  /** The client sends FIN behind the bytes. */
  readonly fin?: boolean;
  readonly settings?: RowSettings;
  readonly expect: {
    /** Final statuses of all responses, in order; empty: the connection ends without one. A list in a list: any of them. */
    readonly statuses: readonly (number | readonly number[])[];
    /** The proxy ends the connection. */
    readonly closes: boolean;
    /** `%RESPONSE_CODE_DETAILS%` of the last response. */
    readonly details?: string;
    /** Requests that reach the upstream *completely*. Of a request whose body breaks off or is malformed, nothing ever ends. */
    readonly upstreamRequests: number;
    /** Of the first of them: what the decoder got. */
    readonly request?: {
      readonly method?: string;
      readonly authority?: string;
      readonly path?: string;
      /** `name: value` in order, without what the proxy adds. */
      readonly fields?: readonly string[];
      readonly body?: string;
      readonly trailers?: readonly string[];
    };
  };
}

export const HOST = 'Host: a\r\n';
export const OK = { statuses: [200], closes: false, upstreamRequests: 1 } as const;

export function bad(details: string, status: number | readonly number[] = 400): H1Row['expect'] {
  return { statuses: [status], closes: true, details, upstreamRequests: 0 };
}

export const CODEC = bad('http1.codec_error');

export function post(fields: string, body = ''): string {
  return `POST /x HTTP/1.1\r\n${HOST}${fields}\r\n${body}`;
}

export function get(fields: string, line = 'GET / HTTP/1.1'): string {
  return `${line}\r\n${fields}\r\n`;
}

export function chunked(body: string): string {
  return post('Transfer-Encoding: chunked\r\n', body);
}

export function repeat(count: number, line: (i: number) => string): string {
  return Array.from({ length: count }, (_, i) => line(i)).join('');
}

export const quoted = (text: string): string => JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
