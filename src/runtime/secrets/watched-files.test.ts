import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { systemDelays } from '../../base/delays.ts';
import { directoriesOf, WatchedFiles } from './watched-files.ts';

// Neither watches nor their timers keep a process alive.
const alive = setInterval(() => {}, 60_000);
t.teardown(() => clearInterval(alive));

function folder(t: Test): string {
  const path = mkdtempSync(join(tmpdir(), 'watched-'));
  t.teardown(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** Resolves at the first change after `act`. */
function change(t: Test, files: readonly string[], directories: readonly string[], act: () => void): Promise<void> {
  return new Promise((resolve) => {
    const watch = new WatchedFiles(systemDelays).watch(files, directories, resolve);
    t.teardown(() => watch.close());
    act();
  });
}

t.test('a file that is written in place, with as many bytes as before, has changed', async (t) => {
  const file = join(folder(t), 'a.pem');
  writeFileSync(file, 'one');
  await change(t, [file], [], () => writeFileSync(file, 'two'));
});

t.test('a file that another is renamed over has changed', async (t) => {
  const root = folder(t);
  const file = join(root, 'a.pem');
  writeFileSync(file, 'one');
  await change(t, [file], [], () => {
    writeFileSync(join(root, 'new'), 'two');
    renameSync(join(root, 'new'), file);
  });
});

t.test('a swap of the symlink that leads to the folder is a change (..data)', async (t) => {
  const root = folder(t);
  for (const version of ['..1', '..2']) {
    mkdirSync(join(root, version));
    writeFileSync(join(root, version, 'tls.crt'), version);
  }
  symlinkSync('..1', join(root, '..data'));
  symlinkSync('..data/tls.crt', join(root, 'tls.crt'));
  await change(t, [join(root, 'tls.crt')], [], () => {
    symlinkSync('..2', join(root, '..data_tmp'));
    renameSync(join(root, '..data_tmp'), join(root, '..data'));
  });
});

t.test('a file that was not there is found when its folder is made', async (t) => {
  const root = folder(t);
  const file = join(root, 'later', 'a.pem');
  await new Promise<void>((resolve) => {
    const watch = new WatchedFiles(systemDelays).watch([file], [], resolve);
    t.teardown(() => watch.close());
    mkdirSync(join(root, 'later'));
    writeFileSync(file, 'one');
  });
});

t.test('a folder that another is put in the place of has changed', async (t) => {
  const root = folder(t);
  const file = join(root, 'certs', 'a.pem');
  for (const name of ['certs', 'new']) {
    mkdirSync(join(root, name));
    writeFileSync(join(root, name, 'a.pem'), name);
  }
  let changes = 0;
  let wake = (): void => {};
  const watch = new WatchedFiles(systemDelays).watch([file], [], () => {
    changes++;
    wake();
  });
  t.teardown(() => watch.close());
  const next = () => new Promise<void>((resolve) => (wake = resolve));
  const swapped = next();
  renameSync(join(root, 'certs'), join(root, 'old'));
  renameSync(join(root, 'new'), join(root, 'certs'));
  await swapped;
  const written = next();
  writeFileSync(file, 'third');
  await written;
  t.ok(changes >= 2, 'also what happens in the new one is seen');
});

t.test('with a watched directory only events in there count', async (t) => {
  const root = folder(t);
  mkdirSync(join(root, 'trigger'));
  const file = join(root, 'a.pem');
  writeFileSync(file, 'one');
  let early = 0;
  const files = new WatchedFiles(systemDelays);
  const seen = new Promise<void>((resolve) => {
    const watch = files.watch([file], [join(root, 'trigger')], () => {
      early++;
      resolve();
    });
    t.teardown(() => watch.close());
  });
  await change(t, [file], [], () => writeFileSync(file, 'two'));
  t.equal(early, 0, 'the file alone is no reason');
  writeFileSync(join(root, 'trigger', 'go'), '');
  await seen;
});

t.test('a closed watch says nothing, others of the same folder go on', async (t) => {
  const root = folder(t);
  const file = join(root, 'a.pem');
  writeFileSync(file, 'one');
  const files = new WatchedFiles(systemDelays);
  files.watch([file], [], () => t.fail('it was closed')).close();
  await new Promise<void>((resolve) => {
    const closed = files.watch([file], [], () => t.fail('it was closed'));
    const open = files.watch([file], [], resolve);
    closed.close();
    t.teardown(() => open.close());
    writeFileSync(file, 'two');
  });
});

t.test('every directory with a symlink on the way counts', (t) => {
  const root = folder(t);
  mkdirSync(join(root, 'real'));
  writeFileSync(join(root, 'real', 'a'), '');
  mkdirSync(join(root, 'links'));
  symlinkSync('../real', join(root, 'links', 'dir'));
  symlinkSync('links/dir/a', join(root, 'a'));
  t.same(directoriesOf(join(root, 'a')), [root, join(root, 'links'), join(root, 'real')]);
  t.same(directoriesOf(join(root, 'no', 'such')), [root]);
  symlinkSync('loop', join(root, 'loop'));
  t.ok(directoriesOf(join(root, 'loop')).includes(root), 'a loop ends');
  t.end();
});
