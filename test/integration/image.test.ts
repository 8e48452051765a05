/** The Dockerfile, as far as it can be read: what builds it is here, and what it starts is what the launcher starts. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';

const ROOT = join(import.meta.dirname, '../..');
const text = readFileSync(join(ROOT, 'Dockerfile'), 'utf8').replaceAll('\\\n', ' ');
const [build = '', image = ''] = text.split(/^FROM /m).slice(1);

function lines(stage: string, word: string): string[] {
  return stage.split('\n').flatMap((line) => (line.startsWith(`${word} `) ? line.slice(word.length + 1).trim() : []));
}

t.test('whatever it copies is there, and not ignored', (t) => {
  const ignored = readFileSync(join(ROOT, '.dockerignore'), 'utf8').split('\n');
  const sources = lines(build, 'COPY').flatMap((line) => line.split(/\s+/).slice(0, -1));
  t.ok(sources.length > 5);
  for (const source of sources) {
    t.ok(existsSync(join(ROOT, source)), source);
    t.ok(ignored.includes(`!${source}`), `${source} in .dockerignore`);
  }
  for (const name of text.match(/node_modules\/[@\w-]+/g) ?? []) t.ok(existsSync(join(ROOT, name)), name);
  t.end();
});

t.test('what the build script reads of the checkout is copied', (t) => {
  const script = readFileSync(join(ROOT, 'scripts/build.ts'), 'utf8');
  const read = [...script.matchAll(/join\(root, '([\w./-]+)'/g)]
    .map(([, path = '']) => path)
    .filter((path) => existsSync(join(ROOT, path)));
  const sources = lines(build, 'COPY').flatMap((line) => line.split(/\s+/).slice(0, -1));
  const made = /^(?:dist|node_modules|package\.json)\b/;
  for (const path of read) t.ok(made.test(path) || sources.some((source) => path === source || path.startsWith(`${source}/`)), path);
  t.end();
});

t.test('nobody needs a shell or root in it, and Node has the flags of the launcher', (t) => {
  t.same(lines(image, 'USER'), ['1337:1337']);
  t.same(lines(image, 'RUN'), []);
  const [program, ...args] = JSON.parse(lines(image, 'ENTRYPOINT')[0] ?? '[]') as string[];
  t.equal(program, '/opt/outrigger/node');
  const script = readFileSync(join(ROOT, 'bin/outrigger'), 'utf8');
  const launcher = /exec "\$here\/node26" (.*) \$\{OUTRIGGER_NODE_OPTIONS/.exec(script)?.[1];
  const openssl = '--openssl-config=/opt/outrigger/bin/openssl.cnf';
  t.same(args, [...(launcher ?? '').split(' '), openssl, '/opt/outrigger/dist/main.js']);
  t.match(script, '--openssl-config=$here/openssl.cnf');
  t.match(build, 'cp bin/openssl.cnf /out/bin/');
  t.type(JSON.parse(lines(image, 'CMD')[0] ?? ''), Array);
  t.end();
});
