/**
 * *Byte strings*: one character is one byte, as in header values, so that a line is written as latin1 and a header value can be
 * made of it. What comes from the wire is one already; what comes from the configuration or the process is converted.
 */
const NOT_ASCII = /[^\0-\x7f]/;

/** A JS string as the byte string of its UTF-8 form. */
export function toBytes(text: string): string {
  return NOT_ASCII.test(text) ? Buffer.from(text).toString('latin1') : text;
}

/** Names of the configuration repeat from line to line: the last one is remembered in its byte form. */
export class NameBytes {
  #name = '';
  #bytes = '';

  of(name: string): string {
    if (name !== this.#name) {
      this.#name = name;
      this.#bytes = toBytes(name);
    }
    return this.#bytes;
  }
}

const CONTROL = /[\0-\x1f\x7f]/;
const CONTROLS = /[\0-\x1f\x7f]/g;

/**
 * For values that come decoded from the wire (query parameters, names in certificates): nothing in them may end the line or the
 * header that they are put into. Header values need no such care, the codecs refuse control characters.
 */
export function oneLine(text: string): string {
  return CONTROL.test(text) ? text.replace(CONTROLS, '_') : text;
}
