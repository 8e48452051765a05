import { findSchema, type JsonObject, type JsonValue, typeNameOf, typeUrlOf } from '../api/index.ts';
import { type DumpItem, type DumpSection, dumpSections } from './dump-sections.ts';
import { wholeNameFilter } from './name-filter.ts';
import { type AdminContext, type AdminRequest, type AdminRoute, JSON_TYPE, page, type Reply } from './route.ts';

const PLAIN = 'text/plain';

async function answer({ params }: AdminRequest, { view }: AdminContext): Promise<Reply> {
  const resource = params.get('resource') ?? '';
  const mask = (params.get('mask') ?? '').split(',').filter((path) => path !== '');
  let sections = await dumpSections(view, params.has('include_eds'));
  const pattern = params.get('name_regex') ?? '';
  if (pattern !== '') {
    const filter = await wholeNameFilter(pattern);
    if (typeof filter !== 'function') {
      return { status: 400, type: PLAIN, body: `INVALID_ARGUMENT: Error while parsing name_regex from ${pattern}: ${filter.error}` };
    }
    sections = sections.map((section) => named(section, filter));
  }
  if (resource !== '') {
    const found = sections.flatMap(({ lists }) => lists).find(({ field }) => field === resource);
    if (found === undefined) return noList(resource, sections);
    const unknown = found.items.length === 0 ? undefined : mask.find((path) => !fits(path, found.element, found.items[0]?.json() ?? {}));
    if (unknown !== undefined) {
      const paths = mask.map((path) => `paths: ${JSON.stringify(path)}\n`).join('');
      return { status: 400, type: PLAIN, body: `FieldMask ${paths} could not be successfully used.` };
    }
    return { status: 200, type: JSON_TYPE, body: configs(found.items.map((item) => elementText(found.element, item, mask))) };
  }
  if (mask.length > 0) {
    sections = sections.flatMap((section) => masked(section, mask) ?? []);
    if (sections.length === 0) {
      return { status: 400, type: PLAIN, body: `FieldMask ${mask.join(',')} could not be successfully applied to any configs.` };
    }
  }
  return { status: 200, type: JSON_TYPE, body: configs(sections.map(sectionText)) };
}

function noList(resource: string, sections: readonly DumpSection[]): Reply {
  if (!sections.some(({ heads }) => heads.includes(resource))) {
    return { status: 404, type: PLAIN, body: `${resource} not found in config dump` };
  }
  return { status: 400, type: PLAIN, body: `${resource} is not a repeated field. Use ?mask=${resource} to get only this field` };
}

/** Whether a path of a mask names a field of a message; what an Any holds is seen in the JSON. */
function fits(path: string, message: string, json: JsonValue): boolean {
  const [name = '', ...rest] = path.split('.');
  const type = typeof json === 'object' && json !== null && !Array.isArray(json) ? json['@type'] : undefined;
  const desc = findSchema(typeof type === 'string' ? typeNameOf(type) : message);
  const field = desc?.fields.find((each) => each.name === name);
  if (field === undefined) return false;
  if (rest.length === 0) return true;
  // Nothing lies below a list.
  if (field.fieldKind !== 'message') return false;
  const inner = typeof json === 'object' && json !== null && !Array.isArray(json) ? (json[name] ?? null) : null;
  return fits(rest.join('.'), field.message.typeName, inner);
}

/** A mask fits a section when every path of it lies in it; nothing lies below a list. */
function masked(section: DumpSection, mask: readonly string[]): DumpSection | null {
  const fits = (path: string): boolean =>
    section.lists.some(({ field }) => field === path) || section.heads.includes(path.split('.')[0] ?? '');
  if (!mask.every(fits)) return null;
  return {
    ...section,
    head: () => trimmed(section.head(), mask),
    lists: section.lists.filter(({ field }) => mask.includes(field)),
  };
}

function named(section: DumpSection, filter: (name: string) => boolean): DumpSection {
  return { ...section, lists: section.lists.map((list) => ({ ...list, items: list.items.filter(({ name }) => filter(name)) })) };
}

/** Envoy prints one space for each level. Items are put together one by one: a thousand clusters must not stall traffic. */
function* configs(entries: readonly (() => Generator<string>)[]): Generator<string> {
  if (entries.length === 0) {
    yield '{}\n';
    return;
  }
  yield '{\n "configs": [\n';
  let separator = '';
  for (const entry of entries) {
    yield separator;
    yield* entry();
    separator = ',\n';
  }
  yield '\n ]\n}\n';
}

function sectionText(section: DumpSection): () => Generator<string> {
  return function* () {
    yield `  {\n   "@type": ${JSON.stringify(typeUrlOf(section.message))}`;
    for (const [field, value] of Object.entries(section.head())) yield `,\n   ${JSON.stringify(field)}: ${indented(value, 3)}`;
    for (const { field, items } of section.lists) {
      if (items.length === 0) continue;
      yield `,\n   ${JSON.stringify(field)}: [\n`;
      let separator = '';
      for (const item of items) {
        yield `${separator}    ${indented(item.json(), 4)}`;
        separator = ',\n';
      }
      yield '\n   ]';
    }
    yield '\n  }';
  };
}

function elementText(message: string, item: DumpItem, mask: readonly string[]): () => Generator<string> {
  return function* () {
    const json = item.json();
    const shown: JsonObject = { '@type': typeUrlOf(message), ...(mask.length === 0 ? json : trimmed(json, mask)) };
    yield `  ${indented(shown, 2)}`;
  };
}

/** What a field mask leaves of a message: `cluster.name`. The type of an Any stays. */
function trimmed(json: JsonObject, mask: readonly string[]): JsonObject {
  const kept: { [key: string]: JsonValue } = {};
  for (const [field, value] of Object.entries(json)) {
    const below = mask.filter((path) => path.startsWith(`${field}.`)).map((path) => path.slice(field.length + 1));
    if (field === '@type' || mask.includes(field)) kept[field] = value;
    else if (below.length > 0 && typeof value === 'object' && value !== null && !Array.isArray(value)) kept[field] = trimmed(value, below);
  }
  return kept;
}

function indented(value: unknown, by: number): string {
  return JSON.stringify(value, null, 1).replaceAll('\n', `\n${' '.repeat(by)}`);
}

export const configDump: AdminRoute = page('/config_dump', 'dump current Envoy configs', answer, [
  { name: 'resource', help: 'The resource to dump' },
  { name: 'mask', help: 'The fields to dump: of the sections, or with resource of every element' },
  { name: 'name_regex', help: 'Dump only the currently loaded configurations whose names match the specified regex' },
  { name: 'include_eds', help: 'Dump endpoints too', oneOf: [] },
]);
