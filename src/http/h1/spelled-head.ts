/** Heads whose names are not written in lower case: what `HeadWriter` does, put together as text. */
import type { Connection } from '../../net/connection.ts';
import { RULE_NONE } from '../header-name.ts';
import type { Field, Headers } from '../headers.ts';
import type { NameCase } from '../name-case.ts';
import { goesOut } from './head-writer.ts';
import { statusLine } from './status-text.ts';

/** Returns the bytes written. `length` is one of the framing lines of `HeadWriter`; `absolute`: the target is a whole URL. */
export function writeSpelledRequest(
  connection: Connection,
  headers: Headers,
  length: Uint8Array,
  names: NameCase,
  absolute: boolean,
): number {
  const { method, authority, protocol } = headers;
  let target = headers.path;
  if (method === 'CONNECT') target = authority;
  else if (absolute) target = `${headers.scheme}://${authority}${target}`;
  let text = `${method} ${target} HTTP/1.1\r\n${names.of('host')}: ${authority}\r\n${spelledFields(headers, true, false, names)}`;
  if (protocol !== '' && method !== 'CONNECT') text += upgradeLines(protocol, names);
  return send(connection, text + spelledLine(length, names));
}

/** `option` and `length` are lines of `HeadWriter`. Without `keepLength` a content-length is left out. */
export function writeSpelledResponse(
  connection: Connection,
  headers: Headers,
  http10: boolean,
  option: Uint8Array,
  length: Uint8Array,
  keepLength: boolean,
  names: NameCase,
): number {
  const { status, spelling, protocol } = headers;
  const reason = spelling === null ? '' : spelling.reason;
  let text = reason === '' ? latin1(statusLine(status, http10)) : `HTTP/1.${http10 ? 0 : 1} ${status} ${reason}\r\n`;
  text += spelledFields(headers, keepLength, true, names);
  text += status === 101 ? upgradeLines(protocol, names) : spelledLine(option, names);
  return send(connection, text + spelledLine(length, names));
}

function spelledFields(headers: Headers, keepLength: boolean, host: boolean, names: NameCase): string {
  let text = '';
  for (let i = 0; i < headers.count; i++) {
    const { name, value } = headers.fields[i] as Field;
    if (name.rule === RULE_NONE || goesOut(name.rule, keepLength, host)) text += `${names.of(name.text)}: ${value}\r\n`;
  }
  return text;
}

function upgradeLines(protocol: string, names: NameCase): string {
  return `${names.of('upgrade')}: ${protocol}\r\n${names.of('connection')}: Upgrade\r\n`;
}

/** `name: value` CRLF, or nothing. */
function spelledLine(line: Uint8Array, names: NameCase): string {
  if (line.length === 0) return '';
  const text = latin1(line);
  const colon = text.indexOf(':');
  return names.of(text.slice(0, colon)) + text.slice(colon);
}

function send(connection: Connection, text: string): number {
  connection.writeLatin1(`${text}\r\n`);
  return text.length + 2;
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).latin1Slice();
}
