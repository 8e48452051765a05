import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { extensionOf, type Tree, violations } from './support/architecture.ts';
import { parseSource } from './support/source-text.ts';

const root = join(import.meta.dirname, '..');

function checkout(): Tree {
  const tree = new Map<string, string>();
  for (const top of ['src', 'listeners', 'filters', 'extensions', 'test', 'bench', 'scripts']) {
    let entries: import('node:fs').Dirent[];
    try {
      entries = readdirSync(join(root, top), { recursive: true, withFileTypes: true });
    } catch {
      continue; // A checkout without one of the extension folders is sound.
    }
    for (const entry of entries) {
      const path = join(entry.parentPath, entry.name).slice(root.length + 1);
      if (!entry.isFile() || path.startsWith('src/api/gen/') || path.endsWith('.d.ts')) continue;
      tree.set(path, path.endsWith('.ts') ? readFileSync(join(root, path), 'utf8') : '');
    }
  }
  return tree;
}

t.test('the tree keeps the rules of ARCHITECTURE.md', (t) => {
  const tree = checkout();
  t.ok(tree.size > 20 && tree.has('src/api/index.ts'), 'the tree was read');
  t.same(violations(tree), []);
  t.end();
});

/** The violations of a tree of one or a few files. */
const of = (files: { [path: string]: string }) => violations(new Map(Object.entries(files)));

t.test('imports that run upwards are found, whatever their form', (t) => {
  t.same(of({ 'src/net/a.ts': "import { x } from '../http/b.ts';" }), [
    'src/net/a.ts:1: imports src/http/b.ts: imports run from the doors down to the floor',
  ]);
  for (const form of [
    "import type { X } from '../runtime/b.ts';",
    "import { type X } from '../runtime/b.ts';",
    "import * as x from '../runtime/b.ts';",
    "import '../runtime/b.ts';",
    "export * from '../runtime/b.ts';",
    "export { x } from '../runtime/b.ts';",
    "const x = () => import('../runtime/b.ts');",
    "type X = typeof import('../runtime/b.ts');",
    "import {\n  a,\n  b,\n} from '../runtime/b.ts';",
    "import x, { y } from '../runtime/b.ts';",
  ]) {
    t.equal(of({ 'src/config/a.ts': form }).length, 1, form);
  }
  t.same(of({ 'src/admin/a.ts': "import '../xds/b.ts';" }).length, 1, 'a door does not use another');
  t.same(of({ 'src/cli/a.ts': "import '../main.ts';" }).length, 1);
  t.same(of({ 'src/base/a.ts': "import '../drawer/b.ts';" }).length, 1, 'a room nobody ranked');
  t.same(of({ 'src/runtime/a.ts': "import '../../test/support/b.ts';" }).length, 1);
  t.end();
});

t.test('imports that run downwards, or stay in the room, are fine', (t) => {
  t.same(
    of({
      'src/main.ts': "import './cli/a.ts'; import './installed.ts'; import './base/log.ts';",
      'src/runtime/a.ts': "import './b/c.ts'; import '../config/a.ts'; import '../upstream/lb/a.ts'; import 'node:fs';",
      'src/http/h1/a.ts': "import '../headers.ts'; import '../../net/a.ts';",
      'src/net/a.test.ts': "import '../runtime/b.ts'; import '../../test/support/b.ts';",
    }),
    [],
  );
  t.end();
});

t.test('nobody imports an extension, and extensions do not import one another', (t) => {
  const complain = (path: string, target: string) =>
    of({ [path]: `import ${JSON.stringify(target)};` }).filter((v) => v.includes('imports'));
  t.equal(complain('src/runtime/a.ts', '../../filters/http/router/index.ts').length, 1);
  t.equal(complain('src/runtime/a.test.ts', '../../filters/http/router/index.ts').length, 1, 'the core passes its tests without them');
  t.equal(complain('src/runtime/a.ts', '../../filters/common/b.ts').length, 1);
  t.equal(complain('scripts/a.ts', '../listeners/tcp/index.ts').length, 1);
  t.equal(complain('filters/http/a/config.ts', '../b/config.ts').length, 1);
  t.equal(complain('filters/http/a/config.ts', '../../network/a/config.ts').length, 1);
  t.equal(complain('extensions/retry/host/a/config.ts', '../b/config.ts').length, 1);
  t.equal(complain('filters/common/a.ts', '../http/a/config.ts').length, 1);
  t.equal(complain('filters/http/a/config.ts', '../../../src/config/load.ts').length, 1, 'config stands above upstream');
  t.equal(complain('filters/http/a/filter.ts', '../../../src/api/index.ts').length, 1);
  t.equal(complain('filters/http/a/config.ts', '../../../src/api/index.ts').length, 0);
  t.equal(complain('filters/http/a/config.ts', '../../common/b.ts').length, 0);
  t.equal(complain('filters/http/a/filter.ts', './config.ts').length, 0);
  t.equal(complain('filters/http/a/filter.ts', '../../../src/upstream/cluster.ts').length, 0);
  t.equal(complain('filters/http/a/integration.test.ts', '../b/index.ts').length, 0);
  t.equal(complain('test/integration/a.test.ts', '../../filters/http/router/index.ts').length, 0);
  t.end();
});

t.test('src names no filter, but comments and one template may', (t) => {
  t.equal(of({ 'src/http/a.ts': "const x = 'envoy.filters.http.router';" }).length, 1);
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the fixture is source text
  t.equal(of({ 'src/http/a.ts': 'const x = `type.googleapis.com/envoy.extensions.filters.http.fault.v3.${y}`;' }).length, 1);
  t.same(of({ 'src/http/a.ts': "// as 'envoy.filters.http.router' does\n/* 'envoy.filters.http.fault' */" }), []);
  t.same(of({ 'src/http/a.test.ts': "const x = 'envoy.filters.http.router';" }), []);
  t.same(of({ 'src/cli/from-to-template.ts': "const x = 'envoy.filters.http.router';" }), []);
  t.end();
});

t.test('the data path does not throw, await or make Promises', (t) => {
  for (const code of ["throw new Error('x');", 'await x;', 'const f = async () => {};', 'new Promise(f);', 'return Promise.resolve();']) {
    for (const path of ['src/net/a.ts', 'src/http/h1/a.ts', 'src/upstream/pool/a.ts']) {
      t.equal(of({ [path]: `\n${code}` }).length, 1, `${code} in ${path}`);
    }
    t.ok(
      of({ 'filters/http/a/filter.ts': code }).some((v) => v.includes('data path')),
      code,
    );
    t.same(of({ 'src/runtime/a.ts': code }), [], 'the hall may');
    t.same(of({ 'src/net/a.ts': `// biome-ignore lint/plugin: runs when a listener is configured\n${code}` }), []);
    t.same(of({ 'src/net/a.ts': `// biome-ignore-all lint/plugin: runs when a listener is configured\n\n${code}` }), []);
    t.equal(of({ 'src/net/a.ts': `// biome-ignore lint/plugin:\n${code}` }).length, 1, 'an exemption has a reason');
  }
  t.same(of({ 'src/net/a.ts': "// throw\nconst x = 'await'; let y: Promise<void>; z.throw(); const o = { async: 1, throw: 2 };" }), []);
  t.end();
});

t.test('main alone reads arguments and environment and ends the process', (t) => {
  for (const use of ['process.exit(1)', 'process.argv[2]', 'process.env.HOME']) {
    t.equal(of({ 'src/cli/a.ts': use }).length, 1, use);
    t.same(of({ 'src/main.ts': use, 'src/cli/a.test.ts': use }), []);
  }
  t.same(of({ 'src/cli/a.ts': 'process.exitCode = 1;' }), []);
  t.end();
});

t.test('packages that few need are loaded when used, and one room knows protobuf', (t) => {
  t.equal(of({ 'src/xds/a.ts': "import { Client } from '@grpc/grpc-js';" }).length, 1);
  t.same(of({ 'src/xds/a.ts': "import type { Client } from '@grpc/grpc-js'; const x = () => import('@grpc/grpc-js');" }), []);
  t.equal(of({ 'src/config/a.ts': "import { create } from '@bufbuild/protobuf';" }).length, 1);
  t.equal(of({ 'src/config/a.ts': "import type { Message } from '@bufbuild/protobuf';" }).length, 1);
  t.equal(of({ 'src/api/a.ts': "import { create } from '@bufbuild/protobuf';" }).length, 1, 'the product has a codec of its own');
  t.same(of({ 'src/api/a.ts': "import type { Message } from '@bufbuild/protobuf';" }), []);
  t.same(of({ 'src/api/a.test.ts': "import { create } from '@bufbuild/protobuf';" }), []);
  t.end();
});

t.test('no file is longer than 600 lines', (t) => {
  t.same(of({ 'src/base/a.ts': '\n'.repeat(600) }), []);
  t.same(of({ 'src/base/a.ts': '\n'.repeat(601) }), ['src/base/a.ts: 601 lines, the ceiling is 600']);
  t.end();
});

t.test('an extension folder has its files', (t) => {
  t.same(of({ 'filters/http/a/index.ts': '' }), [
    'filters/http/a: no README.md',
    'filters/http/a: no config.test.ts',
    'filters/http/a: no config.ts',
    'filters/http/a: no filter.test.ts',
    'filters/http/a: no filter.ts',
    'filters/http/a: no integration.test.ts',
  ]);
  t.ok(of({ 'filters/network/a/filter.ts': '' }).includes('filters/network/a: no index.ts'));
  t.same(of({ 'extensions/retry/host/a/index.ts': '', 'extensions/retry/host/a/config.ts': '' }), [
    'extensions/retry/host/a: no README.md',
    'extensions/retry/host/a: no config.test.ts',
  ]);
  t.same(of({ 'filters/common/regex/a.ts': '' }), []);
  t.equal(extensionOf('filters/common/regex/a.ts'), undefined);
  t.end();
});

t.test('a source is taken apart where comments, strings, templates and regular expressions nest', (t) => {
  const source = parseSource(
    [
      "const a = 'it\\'s // no comment'; // 'no string'",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the fixture is source text
      'const b = `x${c ? `y ${"z"}` : {}.d}//`;',
      'const e = /[/\'"]\\//.test(f) / 2; /* import "x" */',
      "import { g } from './h.ts';",
    ].join('\n'),
  );
  t.same(
    source.strings.map((s) => s.text),
    ["it\\'s // no comment", 'x', 'y ', 'z', '', '//', './h.ts'],
  );
  t.same(source.imports, [{ specifier: './h.ts', line: 4, kind: 'static' }]);
  t.equal(source.code.split('\n').length, 4);
  t.notMatch(source.code, /no comment|no string|import "x"/);
  t.end();
});
