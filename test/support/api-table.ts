/** docs/api.md: which API is spoken, what of it this build has, and what it refuses by name. Written from what the code itself says. */
import { type DescMessage, findSchema, schema } from '../../src/api/index.ts';
import { ENVOY_VERSION } from '../../src/base/version.ts';
import { enumOf, type Survey, survey } from '../../src/cli/survey.ts';
import { EXTENSION_KINDS, type ExtensionDefinition } from '../../src/extension/registry.ts';
import { installed } from '../../src/installed.ts';
import { isRefusedPart } from '../../src/runtime/bootstrap-parts.ts';

const BOOTSTRAP = [
  'envoy.config.bootstrap.v3.Bootstrap',
  'envoy.config.bootstrap.v3.Admin',
  'envoy.config.bootstrap.v3.RuntimeLayer',
] as const;

export async function apiTable(): Promise<string> {
  const definitions = await installed();
  const found = await survey({ workerEntry: new URL('../../src/worker.ts', import.meta.url) }, definitions);
  const { major, minor } = ENVOY_VERSION;
  return [
    '# What is spoken, and what is refused by name',
    `The configuration API is Envoy's **v3 as of Envoy ${major}.${minor}**, in YAML, JSON or \`--config-yaml\`; there is no v2. Discovery (xDS) brings secrets only, by file and`,
    'over gRPC (`StreamSecrets`, state of the world). What is not listed here is honoured, or means nothing in this proxy and changes nothing.',
    '',
    'This page is checked by `test/integration/api-table.test.ts`, which asks the compilers; `UPDATE=1` writes it anew. `outrigger schema` leaves the same out.',
    '',
    '## Extensions of this build',
    '',
    '| kind | name | message |',
    '|---|---|---|',
    ...EXTENSION_KINDS.flatMap((kind) => rowsOf(definitions.filter((each) => each.kind === kind))),
    '',
    'Every other extension is refused by its type, but for those of filters that are marked `is_optional`.',
    '',
    '## Refused parts of a bootstrap',
    '',
    '| message | fields |',
    '|---|---|',
    ...BOOTSTRAP.map((name) => row(schema(name), (field) => isRefusedPart(name, field))),
    '',
    '## Refused fields of listeners and clusters',
    '',
    'A field is named where no place that the message can stand in honours it. Values of enums stand behind `=`.',
    '',
    '| message | fields |',
    '|---|---|',
    ...found.messages.flatMap((name) => refusedRow(name, found)),
    '',
  ].join('\n');
}

function rowsOf(definitions: readonly ExtensionDefinition[]): string[] {
  return definitions.map(({ kind, name, message }) => `| ${kind.replaceAll('_', ' ')} | \`${name}\` | \`${message}\` |`).sort();
}

function refusedRow(name: string, found: Survey): string[] {
  const desc = findSchema(name);
  if (desc === undefined) return [];
  const words = desc.fields.flatMap((field): string[] => {
    if (found.refusesField(desc, field)) return [field.name];
    return (enumOf(field) ?? []).flatMap((value) => (found.refusesValue(desc, field, value.name) ? [`${field.name}=${value.name}`] : []));
  });
  return words.length === 0 ? [] : [`| \`${short(name)}\` | ${list(words)} |`];
}

function row(desc: DescMessage, refused: (field: string) => boolean): string {
  return `| \`${short(desc.typeName)}\` | ${list(desc.fields.map(({ name }) => name).filter(refused))} |`;
}

function list(words: readonly string[]): string {
  return words.map((word) => `\`${word}\``).join(', ');
}

function short(name: string): string {
  return name.replace(/^envoy\.(?:config|extensions)\./, '');
}
