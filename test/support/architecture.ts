import { dirname, join, normalize } from 'node:path/posix';
import { type Import, parseSource, type SourceText } from './source-text.ts';

/**
 * The rules of ARCHITECTURE.md over a set of files: path from the root of the checkout → text. TypeScript files are read,
 * of others only the name counts. Every answer is a sentence that begins with the place.
 */
export type Tree = ReadonlyMap<string, string>;

/** Rooms from the floor up: a file imports its own room and those of a lower rank. */
const ranks: Readonly<Record<string, number>> = Object.fromEntries(
  [
    ['base'],
    ['api'],
    ['telemetry'],
    ['extension'],
    ['net'],
    ['http'],
    ['upstream'],
    ['config'],
    ['runtime'],
    ['xds', 'agent', 'admin'],
    ['cli'],
  ].flatMap((rooms, rank) => rooms.map((room) => [room, rank])),
);
/** Files directly in src: main and what it wires. */
const TOP = 100;
/** The highest room that an extension may use. */
const EXTENSION_LIMIT = ranks['upstream'] ?? 0;

const EXTENSION_ROOTS = /^(?:listeners|filters|extensions)\//;
const HOT = /^src\/(?:net|http|upstream)\/|\/filter\.ts$/;
const TEST = /\.test\.ts$/;

/** Files of more than 600 lines, with the reason why they are. */
const longFiles: Readonly<Record<string, string>> = {};
const LINES = 600;

/** Packages that only some deployments need: a static import would make every start pay for them. */
const lazyPackages = /^(?:@grpc\/grpc-js|@opentelemetry\/.*|node-forge|undici|prom-client|jose|koffi)(?:\/|$)/;

/** The one file outside filters/ that may name filters: the configuration that `--from/--to` writes. */
const FILTER_TEMPLATE = /^src\/cli\/[\w-]*template\.ts$/;

const filterFiles = ['config.test.ts', 'config.ts', 'filter.test.ts', 'filter.ts', 'index.ts', 'integration.test.ts', 'README.md'];
const otherFiles = ['config.test.ts', 'config.ts', 'index.ts', 'README.md'];

/** Everything that breaks a rule; empty for a sound tree. */
export function violations(tree: Tree): string[] {
  const found: string[] = [];
  for (const [path, text] of tree) {
    if (!path.endsWith('.ts')) continue;
    const source = parseSource(text);
    found.push(
      ...imports(path, source),
      ...filterNames(path, source),
      ...length(path, text),
      ...hotPath(path, text, source),
      ...processGlobals(path, source),
    );
  }
  return [...found, ...extensionFiles(tree)].sort();
}

/** `filters/http/router` for a file in it; undefined outside extensions and in filters/common. */
export function extensionOf(path: string): string | undefined {
  return /^(filters\/(?!common\/)[^/]+\/[^/]+|listeners\/[^/]+|extensions\/(?:[^/]+\/)+?[^/]+(?=\/[^/]+$))\//.exec(path)?.[1];
}

function imports(path: string, source: SourceText): string[] {
  const found: string[] = [];
  for (const { specifier, line, kind } of source.imports) {
    const at = `${path}:${line}`;
    if (!specifier.startsWith('.')) {
      if (specifier.startsWith('@bufbuild/') && !mayUseProtobufEs(path, kind)) {
        found.push(`${at}: src/api alone knows messages; what it takes from another runtime are types`);
      }
      if (kind === 'static' && lazyPackages.test(specifier) && /^(?:src|listeners|filters|extensions)\//.test(path) && !TEST.test(path)) {
        found.push(`${at}: ${specifier} is imported when it is used, not at start`);
      }
      continue;
    }
    const target = normalize(join(dirname(path), specifier));
    const reason = forbidden(path, target);
    if (reason !== undefined) found.push(`${at}: imports ${target}: ${reason}`);
  }
  return found;
}

/** The generator and the tests of src/api use that runtime; the product takes only the types of its messages. */
function mayUseProtobufEs(path: string, kind: Import['kind']): boolean {
  if (/^scripts\/gen\/|^test\/support\/protobuf-es\.ts$/.test(path)) return true;
  return path.startsWith('src/api/') && (kind === 'type' || TEST.test(path));
}

function forbidden(path: string, target: string): string | undefined {
  const test = TEST.test(path);
  if (EXTENSION_ROOTS.test(target) && !target.startsWith('filters/common/')) {
    const own = extensionOf(target);
    if (own !== undefined && path.startsWith(`${own}/`)) return undefined;
    if (/^(?:test|bench)\//.test(path) || (test && EXTENSION_ROOTS.test(path))) return undefined;
    return 'nobody imports an extension';
  }
  if (test) return undefined;
  if (EXTENSION_ROOTS.test(path)) return fromExtension(path, target);
  const rank = rankOf(path);
  if (rank === undefined) return undefined;
  if (EXTENSION_ROOTS.test(target)) return 'src does not know the extensions';
  if (/^(?:test|bench|scripts)\//.test(target)) return 'the product does not import its tests and tools';
  const other = rankOf(target);
  if (other === undefined) return target.startsWith('src/') ? `the room of ${target} has no rank` : undefined;
  if (room(path) === room(target)) return undefined;
  return other < rank ? undefined : 'imports run from the doors down to the floor';
}

function fromExtension(path: string, target: string): string | undefined {
  if (target.startsWith('filters/common/')) return undefined;
  const rank = rankOf(target);
  if (rank === undefined) return 'an extension imports src and filters/common';
  if (rank > EXTENSION_LIMIT) return 'an extension imports src up to upstream';
  if (path.endsWith('/filter.ts') && room(target) === 'api') return 'filter.ts gets settings, not messages';
  return undefined;
}

function room(path: string): string {
  return /^src\/([^/]+)\//.exec(path)?.[1] ?? 'main';
}

function rankOf(path: string): number | undefined {
  if (!path.startsWith('src/')) return undefined;
  return /^src\/[^/]+$/.test(path) ? TOP : ranks[room(path)];
}

function filterNames(path: string, source: SourceText): string[] {
  if (!path.startsWith('src/') || TEST.test(path) || FILTER_TEMPLATE.test(path)) return [];
  return source.strings
    .filter((s) => /envoy\.filters\.|envoy\.extensions\.filters\./.test(s.text))
    .map((s) => `${path}:${s.line}: names a filter; src works with every set of extensions`);
}

function length(path: string, text: string): string[] {
  const lines = text.split('\n').length - 1;
  return lines > LINES && longFiles[path] === undefined ? [`${path}: ${lines} lines, the ceiling is ${LINES}`] : [];
}

function hotPath(path: string, text: string, source: SourceText): string[] {
  if (!HOT.test(path) || TEST.test(path) || path.startsWith('test/')) return [];
  if (/^\/\/ biome-ignore-all lint\/plugin: \S/m.test(text)) return [];
  const lines = text.split('\n');
  const found: string[] = [];
  source.code.split('\n').forEach((code, i) => {
    const word = /(?<![.\w$])(?:(throw|await|async)\b(?!\s*[?:(]?:)|new (Promise)\b|(Promise)\.)/.exec(code);
    if (word === null || /\/\/ biome-ignore lint\/plugin: \S/.test(lines[i - 1] ?? '')) return;
    found.push(`${path}:${i + 1}: ${word[1] ?? word[2] ?? word[3]} on the data path`);
  });
  return found;
}

function processGlobals(path: string, source: SourceText): string[] {
  if (!/^(?:src|listeners|filters|extensions)\//.test(path) || path === 'src/main.ts' || TEST.test(path)) return [];
  const found: string[] = [];
  source.code.split('\n').forEach((code, i) => {
    const use = /\bprocess\.(?:exit\b(?!Code)|argv\b|env\b)/.exec(code);
    if (use !== null) found.push(`${path}:${i + 1}: ${use[0]} belongs to src/main.ts`);
  });
  return found;
}

function extensionFiles(tree: Tree): string[] {
  const folders = new Set<string>();
  for (const path of tree.keys()) {
    const folder = extensionOf(path);
    if (folder !== undefined && (folder.startsWith('filters/') || tree.has(`${folder}/index.ts`))) folders.add(folder);
  }
  const found: string[] = [];
  for (const folder of folders) {
    const wanted = folder.startsWith('filters/') ? filterFiles : otherFiles;
    for (const file of wanted) if (!tree.has(`${folder}/${file}`)) found.push(`${folder}: no ${file}`);
  }
  return found;
}
