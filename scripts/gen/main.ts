/** Rebuilds src/api/gen from the Go modules listed in roots.ts. Needs `go` in PATH and its module proxy; everything else builds without Go. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { closure } from './closure.ts';
import { readDescriptors } from './go-descriptors.ts';
import { pack, strip } from './pack.ts';
import { roots, sources } from './roots.ts';
import { declarations, enumConstants, typeMap } from './types.ts';

const target = join(import.meta.dirname, '../../src/api/gen');
const write = (path: string, content: string | Uint8Array): void => {
  const full = join(target, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, content);
};

const files = strip(closure(readDescriptors(sources), roots));
const types = declarations(files);
rmSync(target, { recursive: true, force: true });
for (const [name, text] of types) write(`types/${name}`, text);
write('typemap.d.ts', typeMap(files, types));
write('enums.ts', enumConstants(files));
const { bin, index } = pack(files);
write('api.bin', bin);
write('api.json', `${JSON.stringify(index)}\n`);
console.log(`${files.length} files, ${Object.keys(index.t).length} top-level types, ${bin.length} bytes`);
