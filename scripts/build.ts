/**
 * Builds dist/: the sources and every extension as minified JavaScript, plus the packed API descriptors. What is imported
 * lazily becomes a chunk of its own. `--quiet` prints only failures; `--out <folder>` builds elsewhere.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Metafile, Plugin } from 'esbuild';
import { extensionFolders } from '../src/installed.ts';

/** Packages that cannot be bundled (native, or loading their own files by path) or are optional: imported lazily, from node_modules. */
const external = ['koffi', '@opentelemetry/*'];

const root = join(import.meta.dirname, '..');
const { values } = parseArgs({ options: { quiet: { type: 'boolean', default: false }, out: { type: 'string', default: 'dist' } } });
const out = resolve(root, values.out);

const entries = ['main', 'worker', 'index'].map((name) => join(root, 'src', `${name}.ts`)).filter((path) => existsSync(path));
const esbuild = await import('esbuild').catch(() => undefined);
if (esbuild === undefined) {
  console.error('build: esbuild is not installed (development dependencies left out?); bin/outrigger runs the sources instead');
  process.exit(0);
}

const folders = extensionFolders(root);
const started = performance.now();
// Built beside and moved in place, so that a proxy started meanwhile never sees half a build.
const scratch = `${out}.new-${process.pid}`;
rmSync(scratch, { recursive: true, force: true });
mkdirSync(scratch, { recursive: true });
try {
  const result = await esbuild.build({
    entryPoints: entries,
    outdir: scratch,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node26',
    minify: true,
    legalComments: 'none',
    metafile: true,
    external,
    plugins: [listExtensions(folders), plainBuiltins()],
    // CommonJS packages inside an ES module still call require for Node's own modules.
    banner: { js: "const require=process.getBuiltinModule('node:module').createRequire(import.meta.url);" },
    logLevel: 'warning',
  });
  for (const file of ['api.bin', 'api.json']) cpSync(join(root, 'src/api/gen', file), join(scratch, 'gen', file));
  cpSync(join(root, 'src/cli/outrigger.d.ts'), join(scratch, 'index.d.ts'));
  writeFileSync(join(scratch, 'LICENSES.txt'), licenses(result.metafile));
  rmSync(out, { recursive: true, force: true });
  renameSync(scratch, out);
  fillCompileCache();
  if (!values.quiet) report(result.metafile);
} catch (error) {
  rmSync(scratch, { recursive: true, force: true });
  // esbuild has printed what is wrong and where.
  if (!(error instanceof Error && 'errors' in error)) throw error;
  process.exitCode = 1;
}

/**
 * One run of what every start does: Node writes the compiled code to dist/cache when it ends (src/main.ts). Only the same Node with the
 * same flags, hence the launcher, can use it; for others it is as if it were not there.
 */
function fillCompileCache(): void {
  const example = join(root, 'examples/quickstart/envoy.yaml');
  if (out === join(root, 'dist') && existsSync(join(out, 'main.js')) && existsSync(example)) {
    spawnSync(join(root, 'bin/outrigger'), ['validate', '-c', example]);
  }
}

/** Replaces src/installed.ts, which scans folders, by the list that the scan would give. */
function listExtensions(paths: readonly string[]): Plugin {
  return {
    name: 'installed-extensions',
    setup(bundler) {
      bundler.onLoad({ filter: /[/\\]src[/\\]installed\.ts$/ }, () => ({
        loader: 'js',
        resolveDir: join(root, 'src'),
        contents: [
          ...paths.map((path, i) => `import * as e${i} from ${JSON.stringify(`../${path}/index.ts`)};`),
          `const all = [${paths.map((_, i) => `e${i}`).join(', ')}];`,
          "const defined = all.flatMap((m) => Object.values(m)).filter((v) => typeof v === 'object' && v !== null && 'kind' in v && 'message' in v && 'name' in v);",
          'export const installed = async () => defined;',
        ].join('\n'),
      }));
    },
  };
}

/**
 * Node's own modules without the detour of an ES import, which evaluates every export of theirs, also those that Node makes when they
 * are first used (streams of fs, MIME types and diffs of util, argon2 of crypto): 10 ms of a start. Only for what the sources import by
 * name; packages import as they like.
 */
function plainBuiltins(): Plugin {
  const names = importedFromNode(['src', 'listeners', 'filters', 'extensions']);
  return {
    name: 'plain-builtins',
    setup(bundler) {
      // What is imported lazily is wanted whole: these names are those of static imports.
      bundler.onResolve({ filter: /^node:/ }, ({ path, importer, kind }) =>
        kind !== 'dynamic-import' && names.has(path) && !importer.includes('node_modules') ? { path, namespace: 'builtin' } : undefined,
      );
      bundler.onLoad({ filter: /^/, namespace: 'builtin' }, ({ path }) => ({
        loader: 'js',
        contents: [
          `const m = process.getBuiltinModule(${JSON.stringify(path)});`,
          'export default m;',
          ...[...(names.get(path) ?? [])].map((name) => `export const ${name} = m.${name};`),
        ].join('\n'),
      }));
    },
  };
}

/** `node:fs` → the names that some source imports from it as values. */
function importedFromNode(folders: readonly string[]): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const folder of folders) {
    for (const file of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.ts') || file.endsWith('.test.ts') || file.endsWith('.d.ts')) continue;
      const text = readFileSync(join(root, folder, file), 'utf8');
      for (const [, list = '', path = ''] of text.matchAll(/^import (?!type )(?:\w+(?:, )?)?(?:\{([^}]*)\})? ?from '(node:[\w/]+)'/gm)) {
        const names = found.get(path) ?? new Set();
        found.set(path, names);
        for (const item of list.split(',').map((each) => each.trim())) {
          if (item !== '' && !item.startsWith('type ')) names.add(item.split(' as ')[0] as string);
        }
      }
    }
  }
  return found;
}

/** Licence texts of the packages whose code is in the bundle, as their licences ask for. */
function licenses(meta: Metafile): string {
  const packages = new Map<string, string>();
  for (const input of Object.keys(meta.inputs)) {
    const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];
    if (name !== undefined) packages.set(name, `${input.slice(0, input.lastIndexOf(`node_modules/${name}/`))}node_modules/${name}`);
  }
  let text = 'Packages whose code is part of this build, with their licences.\n';
  for (const [name, folder] of [...packages].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const manifest: { version?: string; license?: string } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    const file = ['LICENSE', 'LICENSE.md', 'LICENSE.txt', 'License', 'license']
      .map((f) => join(root, folder, f))
      .find((f) => existsSync(f));
    text += `\n${'='.repeat(80)}\n${name} ${manifest.version ?? ''} (${manifest.license ?? 'see below'})\n\n`;
    if (file !== undefined) text += `${readFileSync(file, 'utf8').trim()}\n`;
  }
  return text;
}

function report(meta: Metafile): void {
  let total = 0;
  for (const path of Object.keys(meta.outputs)) total += meta.outputs[path]?.bytes ?? 0;
  total += statSync(join(out, 'gen/api.bin')).size + statSync(join(out, 'gen/api.json')).size;
  const names = entries.map((entry) => basename(entry).replace('.ts', '.js')).join(', ') || 'no entry yet';
  console.log(
    `${relative(root, out) || out}: ${names}; ${Object.keys(meta.outputs).length} files, ${folders.length} extensions, ` +
      `${(total / 1024).toFixed(0)} KiB in ${(performance.now() - started).toFixed(0)} ms`,
  );
}
