/**
 * Rebuilds src/api/gen from the Go modules listed in roots.ts. Needs `go` in PATH and its module proxy; everything else
 * builds without Go. `--check` writes nothing and fails when what is committed differs; without Go it says so and passes.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { closure } from './closure.ts';
import { readDescriptors } from './go-descriptors.ts';
import { pack, withoutAnnotations } from './pack.ts';
import { roots, sources } from './roots.ts';
import { declarations, enumConstants, typeMap } from './types.ts';

const target = join(import.meta.dirname, '../../src/api/gen');
const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });

/** Path below `target` → content. */
function generate(): Map<string, Buffer> {
  const files = withoutAnnotations(closure(readDescriptors(sources), roots));
  const types = declarations(files);
  const output = new Map<string, Buffer>();
  for (const [name, text] of types) output.set(`types/${name}`, Buffer.from(text));
  output.set('typemap.d.ts', Buffer.from(typeMap(files, types)));
  output.set('enums.ts', Buffer.from(enumConstants(files)));
  const { bin, index } = pack(files);
  output.set('api.bin', bin);
  output.set('api.json', Buffer.from(`${JSON.stringify(index)}\n`));
  return output;
}

function write(output: Map<string, Buffer>): void {
  rmSync(target, { recursive: true, force: true });
  for (const [name, content] of output) {
    const path = join(target, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
  console.log(`src/api/gen: ${output.size} files`);
}

function check(output: Map<string, Buffer>): void {
  const present = readdirSync(target, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(target.length + 1));
  const different = [...new Set([...present, ...output.keys()])].filter((name) => {
    const path = join(target, name);
    return !existsSync(path) || !output.get(name)?.equals(readFileSync(path));
  });
  for (const name of different) console.error(`src/api/gen/${name} differs from what "npm run gen" writes`);
  process.exitCode = different.length === 0 ? 0 : 1;
}

try {
  const output = generate();
  if (values.check) check(output);
  else write(output);
} catch (error) {
  const offline = error instanceof Error && ('code' in error || 'status' in error);
  if (!values.check || !offline) throw error;
  console.log('gen: not checked, Go or its modules are out of reach');
}
