/**
 * `request_headers_to_add` and their kind, compiled: per level first the removals, then the additions, as Envoy's header
 * parser does. Values are constant: command operators in them are refused by name until the formatter serves them.
 */
import type { Message } from '../../api/index.ts';
import type { Problems } from '../../base/errors.ts';
import type { StreamInfo } from '../../telemetry/stream-info.ts';
import { constantField } from '../field-pool.ts';
import { type HeaderName, pinName } from '../header-name.ts';
import type { Field, Headers } from '../headers.ts';
import type { HeaderMutations } from '../route.ts';

const APPEND_IF_EXISTS_OR_ADD = 0;
const ADD_IF_ABSENT = 1;
const OVERWRITE_IF_EXISTS_OR_ADD = 2;

interface Addition {
  readonly field: Field;
  readonly action: number;
}

/** What one level (route, virtual host …) says. */
export class MutationLevel {
  readonly removals: readonly HeaderName[];
  readonly additions: readonly Addition[];

  constructor(removals: readonly HeaderName[], additions: readonly Addition[]) {
    this.removals = removals;
    this.additions = additions;
  }

  apply(headers: Headers): void {
    for (let i = 0; i < this.removals.length; i++) headers.remove(this.removals[i] as HeaderName);
    for (let i = 0; i < this.additions.length; i++) {
      const { field, action } = this.additions[i] as Addition;
      switch (action) {
        case APPEND_IF_EXISTS_OR_ADD:
          appendField(headers, field);
          break;
        case ADD_IF_ABSENT:
          if (!headers.has(field.name)) headers.append(field);
          break;
        case OVERWRITE_IF_EXISTS_OR_ADD:
          headers.setField(field);
          break;
        default: // OVERWRITE_IF_EXISTS
          if (headers.has(field.name)) headers.setField(field);
      }
    }
  }
}

/** Names that stand once in Envoy's header maps: another value is joined to the first by a comma. */
const SINGLE = new Set(
  ['via', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-forwarded-client-cert', 'user-agent'].map(pinName),
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

  apply(headers: Headers, _info: StreamInfo): void {
    for (let i = 0; i < this.levels.length; i++) (this.levels[i] as MutationLevel).apply(headers);
  }
}

/** In order of application; null when no level says anything. */
export function joinLevels(levels: readonly (MutationLevel | null)[]): HeaderMutations | null {
  const given = levels.filter((level) => level !== null);
  return given.length === 0 ? null : new LevelledMutations(given);
}

type Option = Message<'envoy.config.core.v3.HeaderValueOption'>;

/** `field`: `request_headers` or `response_headers`, the start of the two field names that problems point at. */
export function compileLevel(
  toAdd: readonly Option[],
  toRemove: readonly string[],
  field: 'request_headers' | 'response_headers',
  problems: Problems,
): MutationLevel | null {
  const removals: HeaderName[] = [];
  toRemove.forEach((name, i) => {
    if (modifiable(name, problems.at(`${field}_to_remove`).at(i))) removals.push(pinName(name));
  });
  const additions: Addition[] = [];
  toAdd.forEach((option, i) => {
    const addition = compileAddition(option, problems.at(`${field}_to_add`).at(i));
    if (addition !== null) additions.push(addition);
  });
  return removals.length + additions.length === 0 ? null : new MutationLevel(removals, additions);
}

function compileAddition(option: Option, problems: Problems): Addition | null {
  const at = problems.at('header');
  const header = option.header;
  if (header === undefined) {
    at.add('missing', 'header is required');
    return null;
  }
  if (!modifiable(header.key, at.at('key'))) return null;
  const text = header.rawValue.length > 0 ? Buffer.from(header.rawValue) : Buffer.from(header.value, 'utf8');
  const value = constantValue(text.toString('latin1'), at.at('value'));
  if (value === null || (value === '' && !option.keepEmptyValue)) return null;
  return { field: constantField(pinName(header.key), value), action: actionOf(option) };
}

/** `append` is the deprecated form of `append_action`. */
function actionOf(option: Option): number {
  if (option.append === undefined) return option.appendAction;
  return option.append ? APPEND_IF_EXISTS_OR_ADD : OVERWRITE_IF_EXISTS_OR_ADD;
}

/** The text of a format string without operators (`%%` is a percent sign); null when it has some or is no header value. */
export function constantValue(format: string, problems: Problems): string | null {
  const operator = /%(?!%)[^%]*%?/.exec(format.replaceAll('%%', ''));
  if (operator !== null) {
    problems.add('unsupported', `command operators in header values are not supported: ${operator[0]}`, 'write %% for a percent sign');
    return null;
  }
  if (/[\0\r\n]/.test(format)) {
    problems.add('bad_value', 'a header value holds no NUL, CR or LF');
    return null;
  }
  return format.replaceAll('%%', '%');
}

function modifiable(name: string, problems: Problems): boolean {
  if (!name.startsWith(':') && name.toLowerCase() !== 'host') return true;
  problems.add('bad_value', ':-prefixed or host headers may not be modified', 'use host_rewrite_literal or prefix_rewrite');
  return false;
}
