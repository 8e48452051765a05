/** JSON formats (`json_format`): one object a line, keys in byte order; values keep their types when an operator is all there is. */
import type { Problems } from '../../base/errors.ts';
import type { LogEntry } from '../access-log.ts';
import type { MetadataValue } from '../stream-info.ts';
import { type FormatPart, type Formatter, parseFormat } from './compile.ts';
import { byBytes, jsonLiteral, jsonString, metadataJson } from './json-text.ts';
import type { FormatNames } from './kind.ts';
import type { Operator } from './operator.ts';

/** A value as JSON; null when it is to be left out. */
abstract class JsonNode {
  abstract write(entry: LogEntry): string | null;
}

class JsonConstant extends JsonNode {
  readonly text: string;

  constructor(text: string) {
    super();
    this.text = text;
  }

  write(): string {
    return this.text;
  }
}

class JsonOperator extends JsonNode {
  readonly operator: Operator;
  readonly omitEmpty: boolean;

  constructor(operator: Operator, omitEmpty: boolean) {
    super();
    this.operator = operator;
    this.omitEmpty = omitEmpty;
  }

  write(entry: LogEntry): string | null {
    const text = this.operator.json(entry);
    return this.omitEmpty && text === 'null' ? null : text;
  }
}

/** Literals and operators in one string. */
class JsonText extends JsonNode {
  readonly parts: readonly FormatPart[];
  readonly empty: string;

  constructor(parts: readonly FormatPart[], empty: string) {
    super();
    this.parts = parts.map((part) => (typeof part === 'string' ? jsonLiteralBytes(part) : part));
    this.empty = empty;
  }

  write(entry: LogEntry): string {
    let text = '"';
    for (const part of this.parts) text += typeof part === 'string' ? part : jsonString(part.text(entry) ?? this.empty).slice(1, -1);
    return `${text}"`;
  }
}

class JsonList extends JsonNode {
  readonly items: readonly JsonNode[];

  constructor(items: readonly JsonNode[]) {
    super();
    this.items = items;
  }

  write(entry: LogEntry): string {
    let text = '';
    for (const item of this.items) {
      const value = item.write(entry);
      if (value !== null) text += text === '' ? value : `,${value}`;
    }
    return `[${text}]`;
  }
}

class JsonObject extends JsonNode {
  readonly fields: readonly (readonly [string, JsonNode])[];
  readonly omitEmpty: boolean;

  constructor(fields: readonly (readonly [string, JsonNode])[], omitEmpty: boolean) {
    super();
    this.fields = fields;
    this.omitEmpty = omitEmpty;
  }

  write(entry: LogEntry): string | null {
    let text = '';
    for (const [key, node] of this.fields) {
      const value = node.write(entry);
      if (value !== null) text += text === '' ? key + value : `,${key}${value}`;
    }
    return this.omitEmpty && text === '' ? null : `{${text}}`;
  }
}

class JsonFormatter implements Formatter {
  readonly #root: JsonNode;

  constructor(root: JsonNode) {
    this.#root = root;
  }

  format(entry: LogEntry): string {
    return `${this.#root.write(entry) ?? '{}'}\n`;
  }
}

/** Compiles the Struct of a `json_format`; reports and answers null as `compileFormat` does. `omitEmpty` leaves out what is not there. */
export function compileJsonFormat(
  format: { readonly [key: string]: MetadataValue },
  problems: Problems,
  names: FormatNames,
  omitEmpty = false,
): Formatter | null {
  const root = compileNode(format, problems, names, omitEmpty);
  return root === null ? null : new JsonFormatter(root);
}

function compileNode(value: MetadataValue, problems: Problems, names: FormatNames, omitEmpty: boolean): JsonNode | null {
  if (typeof value === 'string') return compileText(value, problems, names, omitEmpty);
  if (typeof value !== 'object' || value === null) return new JsonConstant(metadataJson(value));
  if (Array.isArray(value)) {
    const items = value.map((item, i) => compileNode(item, problems.at(i), names, omitEmpty));
    return items.every((item) => item !== null) ? new JsonList(items) : null;
  }
  const fields: [string, JsonNode][] = [];
  let failed = false;
  for (const key of Object.keys(value).sort(byBytes)) {
    const node = compileNode(value[key] ?? null, problems.at(key), names, omitEmpty);
    if (node === null) failed = true;
    else fields.push([`"${jsonLiteral(key)}":`, node]);
  }
  return failed ? null : new JsonObject(fields, omitEmpty);
}

function compileText(text: string, problems: Problems, names: FormatNames, omitEmpty: boolean): JsonNode | null {
  const parts = parseFormat(text, problems, names);
  if (parts === null) return null;
  const [only] = parts;
  if (only === undefined) return new JsonConstant('""');
  if (parts.length === 1)
    return typeof only === 'string' ? new JsonConstant(`"${jsonLiteralBytes(only)}"`) : new JsonOperator(only, omitEmpty);
  return new JsonText(parts, omitEmpty ? '' : '-');
}

/** Literals of a format are byte strings already. */
function jsonLiteralBytes(bytes: string): string {
  return jsonLiteral(Buffer.from(bytes, 'latin1').toString());
}
