import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import t from 'tap';

const root = join(import.meta.dirname, '..');

/** Places where the lint rules of the data path complain, as `path: first words of the message`. */
function complaints(folder: string, files: { [path: string]: string }): string[] {
  const config: { plugins: { path: string }[]; vcs?: unknown; linter: { rules: unknown } } = JSON.parse(
    readFileSync(join(root, 'biome.json'), 'utf8'),
  );
  delete config.vcs;
  config.linter.rules = { preset: 'none' };
  for (const plugin of config.plugins) plugin.path = join(root, plugin.path);
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  write('biome.json', JSON.stringify(config));
  for (const [path, text] of Object.entries(files)) write(path, text);
  let report: string;
  try {
    report = execFileSync(
      process.execPath,
      [join(root, 'node_modules/.bin/biome'), 'lint', '--reporter=json', '--max-diagnostics=none', '.'],
      {
        cwd: folder,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    );
  } catch (error) {
    // It ends with 1 when it has something to say.
    report = (error as { stdout: string }).stdout;
  }
  const { diagnostics }: { diagnostics: { category: string; message: string; location: { path: string } }[] } = JSON.parse(report);
  return diagnostics.map((d) => `${d.location.path}: ${d.message.split(/[:;]/)[0]}`).sort();
}

const body = `
export async function a(x) { await x; throw new Error('y'); }
export const b = (...rest) => [...rest];
export class C {
  constructor(x) { this.f = () => x; this.g = [...x]; }
  d(...x) { return [...x].map((y) => y); }
  async e() { return new Promise(b); }
}
`;

t.test('the lint rules find what the data path must not do, in its folders and nowhere else', (t) => {
  const found = complaints(t.testdir(), {
    'src/net/a.ts': body,
    'src/http/h1/a.ts': body,
    'src/upstream/pool/a.ts': body,
    'filters/http/a/filter.ts': body,
    'src/runtime/a.ts': body,
    'src/net/a.test.ts': body,
    'filters/http/a/config.ts': body,
    'src/net/b.ts': `// biome-ignore-all lint/plugin: runs when a listener is configured\n${body}`,
  });
  const expected = ['src/net/a.ts', 'src/http/h1/a.ts', 'src/upstream/pool/a.ts', 'filters/http/a/filter.ts'].flatMap((path) => [
    ...Array(4).fill(`${path}: The data path neither awaits nor makes Promises`),
    `${path}: The data path does not throw`,
    ...Array(2).fill(`${path}: No spread or rest in the methods of the data path`),
    `${path}: No functions made inside the methods of the data path`,
  ]);
  t.same(found, expected.sort());
  t.end();
});
