/** Header blocks that two owners want to change. */
import { type Field, Headers } from './headers.ts';

/** The same head or trailers in a block of its own; the fields are shared. */
export function copyHeaders(headers: Headers): Headers {
  const copy = new Headers();
  copy.method = headers.method;
  copy.scheme = headers.scheme;
  copy.authority = headers.authority;
  copy.path = headers.path;
  copy.protocol = headers.protocol;
  copy.status = headers.status;
  for (let i = 0; i < headers.count; i++) copy.append(headers.fields[i] as Field);
  copy.mask = headers.mask;
  copy.wireBytes = headers.wireBytes;
  copy.spelling = headers.spelling;
  return copy;
}
