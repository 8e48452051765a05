/**
 * `request_headers_to_add` and their kind, compiled. Per level, as Envoy's header parser does: removals, then all values and
 * conditions against what is left, then what overwrites, then what appends.
 */
import type { Message } from '../../api/index.ts';
import type { Problems } from '../../base/errors.ts';
import { compileFormat, type Formatter } from '../../telemetry/format/compile.ts';
import type { FormatNames } from '../../telemetry/format/kind.ts';
import type { StreamInfo } from '../../telemetry/stream-info.ts';
import { constantField } from '../field-pool.ts';
import { type HeaderName, pinName } from '../header-name.ts';
import { Field, type Headers } from '../headers.ts';
import type { HeaderMutations } from '../route.ts';
import { MessageEntry } from './message-entry.ts';
import { newerOperators } from './older-operators.ts';

const APPEND_IF_EXISTS_OR_ADD = 0;
const ADD_IF_ABSENT = 1;
const OVERWRITE_IF_EXISTS_OR_ADD = 2;
const OVERWRITE_IF_EXISTS = 3;

export interface Addition {
  readonly name: HeaderName;
  /** Null when the value is made for each message. */
  readonly field: Field | null;
  readonly format: Formatter | null;
  readonly keepEmpty: boolean;
  readonly action: number;
}

const ENTRY = new MessageEntry();

const BREAKS = /[\0\r\n]/;
const ALL_BREAKS = /[\0\r\n]/g;

/** What one level (route, virtual host …) says. */
export class MutationLevel {
  readonly removals: readonly HeaderName[];
  readonly additions: readonly Addition[];
  /** Of the message at hand, by addition; null where nothing is added. */
  private readonly fields: (Field | null)[];

  constructor(removals: readonly HeaderName[], additions: readonly Addition[]) {
    this.removals = removals;
    this.additions = additions;
    this.fields = additions.map(() => null);
  }

  apply(headers: Headers, entry: MessageEntry): void {
    const { removals, additions } = this;
    const fields = this.fields;
    for (let i = 0; i < removals.length; i++) headers.remove(removals[i] as HeaderName);
    for (let i = 0; i < additions.length; i++) fields[i] = fieldOf(additions[i] as Addition, headers, entry);
    for (let i = 0; i < additions.length; i++) {
      const field = fields[i] as Field | null;
      if (field !== null && (additions[i] as Addition).action >= OVERWRITE_IF_EXISTS_OR_ADD) headers.setField(field);
    }
    for (let i = 0; i < additions.length; i++) {
      const field = fields[i] as Field | null;
      fields[i] = null;
      if (field !== null && (additions[i] as Addition).action < OVERWRITE_IF_EXISTS_OR_ADD) appendField(headers, field);
    }
  }
}

function fieldOf(addition: Addition, headers: Headers, entry: MessageEntry): Field | null {
  const { name, action } = addition;
  if (action === ADD_IF_ABSENT && headers.has(name)) return null;
  if (action === OVERWRITE_IF_EXISTS && !headers.has(name)) return null;
  if (addition.field !== null) return addition.field;
  let value = (addition.format as Formatter).format(entry);
  if (value === '' && !addition.keepEmpty) return null;
  // What filters and certificates say may be anything, but not another header.
  if (BREAKS.test(value)) value = value.replace(ALL_BREAKS, ' ');
  return new Field(name, value, -1, false);
}

/** Names that stand once in Envoy's header maps: another value is joined to the first by a comma. */
const SINGLE = new Set(
  [
    'content-type',
    'expect',
    'te',
    'user-agent',
    'via',
    'x-forwarded-client-cert',
    'x-forwarded-for',
    'x-forwarded-host',
    'x-forwarded-proto',
    'x-request-id',
  ].map(pinName),
);

function appendField(headers: Headers, field: Field): void {
  if (SINGLE.has(field.name)) {
    const before = headers.get(field.name);
    if (before !== undefined) {
      headers.set(field.name, `${before},${field.value}`);
      return;
    }
  }
  headers.append(field);
}

class LevelledMutations implements HeaderMutations {
  private readonly levels: readonly MutationLevel[];

  constructor(levels: readonly MutationLevel[]) {
    this.levels = levels;
  }

  apply(headers: Headers, info: StreamInfo, request: Headers | null = null): void {
    // Of a request there is but the one head, whoever calls.
    const ofRequest = headers.status === 0;
    ENTRY.info = info;
    ENTRY.requestHeaders = ofRequest ? headers : request;
    ENTRY.responseHeaders = ofRequest ? null : headers;
    for (let i = 0; i < this.levels.length; i++) (this.levels[i] as MutationLevel).apply(headers, ENTRY);
    ENTRY.requestHeaders = null;
    ENTRY.responseHeaders = null;
  }
}

/** In order of application; null when no level says anything. */
export function joinLevels(levels: readonly (MutationLevel | null)[]): HeaderMutations | null {
  const given = levels.filter((level) => level !== null);
  return given.length === 0 ? null : new LevelledMutations(given);
}

type Option = Message<'envoy.config.core.v3.HeaderValueOption'>;

/** `field`: `request_headers`, `response_headers` or `headers`, the start of the two field names that problems point at. */
export function compileLevel(
  toAdd: readonly Option[],
  toRemove: readonly string[],
  field: 'request_headers' | 'response_headers' | 'headers',
  names: FormatNames,
  problems: Problems,
): MutationLevel | null {
  const removals: HeaderName[] = [];
  toRemove.forEach((name, i) => {
    if (modifiable(name, problems.at(`${field}_to_remove`).at(i))) removals.push(pinName(name));
  });
  const additions: Addition[] = [];
  toAdd.forEach((option, i) => {
    const addition = compileAddition(option, names, problems.at(`${field}_to_add`).at(i));
    if (addition !== null) additions.push(addition);
  });
  return removals.length + additions.length === 0 ? null : new MutationLevel(removals, additions);
}

/** Null after a problem, and where nothing would be added. */
export function compileAddition(option: Option, names: FormatNames, problems: Problems): Addition | null {
  const at = problems.at('header');
  const header = option.header;
  if (header === undefined) {
    at.add('missing', 'header is required');
    return null;
  }
  if (!modifiable(header.key, at.at('key'))) return null;
  const name = pinName(header.key);
  const action = actionOf(option);
  const keepEmpty = option.keepEmptyValue;
  const bytes = header.rawValue.length > 0 ? Buffer.from(header.rawValue) : Buffer.from(header.value, 'utf8');
  const text = bytes.toString('latin1');
  if (BREAKS.test(text)) {
    at.at('value').add('bad_value', 'a header value holds no NUL, CR or LF');
    return null;
  }
  if (text.replaceAll('%%', '').includes('%')) {
    const format = compileFormat(newerOperators(bytes.toString('utf8')), at.at('value'), names, true);
    return format === null ? null : { name, field: null, format, keepEmpty, action };
  }
  if (text === '' && !keepEmpty) return null;
  return { name, field: constantField(name, text.replaceAll('%%', '%')), format: null, keepEmpty, action };
}

/** `append` is the deprecated form of `append_action`. */
function actionOf(option: Option): number {
  if (option.append === undefined) return option.appendAction;
  return option.append ? APPEND_IF_EXISTS_OR_ADD : OVERWRITE_IF_EXISTS_OR_ADD;
}

/** False for names that only rewrites may change; the problem is reported. */
export function modifiable(name: string, problems: Problems): boolean {
  if (!name.startsWith(':') && name.toLowerCase() !== 'host') return true;
  problems.add('bad_value', ':-prefixed or host headers may not be modified', 'use host_rewrite_literal or prefix_rewrite');
  return false;
}
