import { execFileSync } from 'node:child_process';
import { constants, mkdtempSync, openSync, readFileSync, readSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { FILESYSTEM_STATS, LogFile, type LogFileSystem, MAX_BUFFERED } from './log-file.ts';
import { createWorkerStats } from './worker-stats.ts';

const { slot } = FILESYSTEM_STATS;

interface Write {
  readonly fd: number;
  readonly text: string;
  readonly done: (error: NodeJS.ErrnoException | null, written: number) => void;
}

/** A file system that does what the test says. */
class FakeFiles implements LogFileSystem {
  readonly writes: Write[] = [];
  readonly opened: ((error: NodeJS.ErrnoException | null, fd: number) => void)[] = [];
  readonly closed: number[] = [];
  readonly sync: string[] = [];
  pipe = false;

  openSync(): number {
    return 10;
  }

  open(_path: string, _flags: number, done: (error: NodeJS.ErrnoException | null, fd: number) => void): void {
    this.opened.push(done);
  }

  write(fd: number, buffer: Buffer, at: number, length: number, done: Write['done']): void {
    this.writes.push({ fd, text: buffer.latin1Slice(at, at + length), done });
  }

  writeSync(_fd: number, buffer: Buffer, at: number, length: number): number {
    this.sync.push(buffer.latin1Slice(at, at + length));
    return length;
  }

  close(fd: number): void {
    this.closed.push(fd);
  }

  mayMix(): boolean {
    return this.pipe;
  }

  /** Ends the write that is under way; all of it, or so many bytes. */
  take(written?: number): string {
    const write = this.writes.shift();
    write?.done(null, written ?? write.text.length);
    return write?.text ?? '';
  }

  fail(code: string): void {
    const error: NodeJS.ErrnoException = new Error(`${code}: it failed`);
    error.code = code;
    this.writes.shift()?.done(error, 0);
  }
}

function scene(parts: { files?: LogFileSystem; path?: string; shared?: boolean } = {}) {
  const files = new FakeFiles();
  const armed: number[] = [];
  const warnings: string[] = [];
  const stats = createWorkerStats().group('filesystem.', FILESYSTEM_STATS);
  const file = new LogFile({
    path: parts.path ?? '/log',
    flushMs: 10_000,
    timer: () => ({ arm: (ms) => armed.push(ms) }),
    stats,
    shared: parts.shared ?? false,
    warn: (text) => warnings.push(text),
    ...(parts.path === undefined ? { files: parts.files ?? files } : {}),
  });
  return { file, files, armed, warnings, stats };
}

/** What a pipe holds now. */
function readNow(fd: number, into: Buffer): number {
  try {
    return readSync(fd, into);
  } catch {
    return 0;
  }
}

/** Resolves when the condition holds; every turn of the event loop asks. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(setImmediate);
}

t.test('lines wait for the flush interval and go out together', async (t) => {
  const { file, files, armed, stats } = scene();
  file.write('one\n');
  file.write('two\n');
  t.same(armed, [10_000]);
  t.equal(files.writes.length, 0);
  t.equal(stats.value(slot.write_total_buffered), 8);
  file.onTimer();
  t.equal(files.take(), 'one\ntwo\n');
  file.write('three\n');
  t.same(armed, [10_000, 10_000]);
  t.equal(stats.value(slot.write_buffered), 3);
  t.equal(stats.value(slot.write_completed), 1);
  t.equal(stats.value(slot.flushed_by_timer), 1);
  t.equal(stats.value(slot.write_total_buffered), 6);
});

t.test('64 KiB go out at once', async (t) => {
  const { file, files } = scene();
  const line = `${'x'.repeat(999)}\n`;
  for (let i = 0; i < 66; i++) file.write(line);
  t.equal(files.writes.length, 1);
  t.equal(files.take().length, 65_000);
  file.write('y'.repeat(70_000));
  t.equal(files.take(), line, 'what came before stays before');
  t.equal(files.take().length, 70_000, 'also a line that is longer than a chunk');
});

t.test('bytes are written as they are', async (t) => {
  const { file, files } = scene();
  file.write('\xc3\xa9\xff\n');
  file.flush(false);
  t.equal(files.take(), '\xc3\xa9\xff\n');
});

t.test('a write that took a part goes on with the rest', async (t) => {
  const { file, files, stats } = scene();
  file.write('abcdef\n');
  file.flush(false);
  files.take(2);
  t.equal(files.take(), 'cdef\n');
  t.equal(stats.value(slot.write_completed), 1);
});

t.test('a reader that is stuck costs a bounded buffer, then lines', async (t) => {
  const { file, files, stats, armed } = scene();
  const line = `${'x'.repeat(1023)}\n`;
  for (let i = 0; i < 2 * 1024; i++) {
    file.write(line);
    if (files.writes.length > 0 && i % 100 === 0) {
      files.fail('EAGAIN');
      file.onTimer();
    }
  }
  t.equal(stats.value(slot.write_total_buffered), MAX_BUFFERED);
  t.equal(stats.value(slot.lines_dropped), 1024);
  t.equal(stats.value(slot.write_failed), 0);
  t.ok(armed.includes(100), 'it is asked again soon');
  let taken = 0;
  while (files.writes.length > 0 || stats.value(slot.write_total_buffered) > 0) {
    if (files.writes.length === 0) file.onTimer();
    taken += files.take().length;
  }
  t.equal(taken, MAX_BUFFERED, 'what was kept arrives when the reader goes on');
  file.write(line);
  t.equal(stats.value(slot.lines_dropped), 1024);
});

t.test('a full disk loses what was to be written, says so once, and is used again', async (t) => {
  const { file, files, stats, warnings } = scene();
  for (const line of ['a\n', 'b\n']) {
    file.write(line);
    file.flush(false);
    files.fail('ENOSPC');
  }
  t.equal(stats.value(slot.write_failed), 2);
  t.equal(stats.value(slot.write_total_buffered), 0);
  t.same(warnings, ['access log /log: ENOSPC: it failed; its lines are lost until it can be written again']);
  file.write('c\n');
  file.flush(false);
  t.equal(files.take(), 'c\n');
  file.write('d\n');
  file.flush(false);
  files.fail('ENOSPC');
  t.equal(warnings.length, 2);
});

t.test('reopening writes to the old file what came before, and to the new one what comes after', async (t) => {
  const { file, files } = scene();
  file.write('old\n');
  file.flush(true);
  file.flush(true);
  file.write('new\n');
  t.equal(files.writes[0]?.fd, 10);
  t.equal(files.take(), 'old\n');
  t.equal(files.opened.length, 1, 'two loggers of one file open it once');
  files.opened[0]?.(null, 11);
  t.same(files.closed, [10]);
  file.onTimer();
  t.equal(files.writes[0]?.fd, 11);
  t.equal(files.take(), 'new\n');
});

t.test('a file that cannot be opened again is used further', async (t) => {
  const { file, files, stats, warnings } = scene();
  file.flush(true);
  files.opened[0]?.(new Error('EACCES'), -1);
  t.equal(stats.value(slot.reopen_failed), 1);
  t.equal(warnings.length, 1);
  file.write('x\n');
  file.flush(false);
  t.equal(files.writes[0]?.fd, 10);
});

t.test('at the end of the process everything is written before it returns', async (t) => {
  const { file, files, stats } = scene();
  file.write('a\n');
  file.flush(false);
  file.write('b\n');
  file.close();
  t.equal(files.writes[0]?.text, 'a\n', 'this one is under way');
  t.same(files.sync, ['b\n']);
  t.equal(stats.value(slot.write_completed), 1);
});

t.test('a pipe that several threads write to gets whole lines in pieces that do not mix', async (t) => {
  const files = new FakeFiles();
  files.pipe = true;
  const { file } = scene({ files, shared: true });
  const line = `${'x'.repeat(999)}\n`;
  for (let i = 0; i < 10; i++) file.write(line);
  file.flush(false);
  const sizes: number[] = [];
  while (files.writes.length > 0) sizes.push(files.take().length);
  t.same(sizes, [4000, 4000, 2000]);
});

t.test('real files', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'log-file-'));
  t.teardown(() => rmSync(folder, { recursive: true }));

  t.test('are appended to, and follow a rotation', async (t) => {
    const path = join(folder, 'access.log');
    const { file, stats } = scene({ path });
    file.write('one\n');
    file.flush(false);
    await until(() => stats.value(slot.write_completed) === 1);
    renameSync(path, `${path}.1`);
    file.write('two\n');
    file.flush(true);
    await until(() => stats.value(slot.write_completed) === 2);
    file.write('three\n');
    file.flush(false);
    await until(() => stats.value(slot.write_completed) === 3);
    t.equal(readFileSync(`${path}.1`, 'utf8'), 'one\ntwo\n');
    t.equal(readFileSync(path, 'utf8'), 'three\n');
    file.write('four\n');
    file.close();
    t.equal(readFileSync(path, 'utf8'), 'three\nfour\n');
  });

  t.test('that cannot be opened are an error at once', async (t) => {
    t.throws(() => scene({ path: join(folder, 'none', 'access.log') }), { code: 'ENOENT' });
    t.throws(() => scene({ path: folder }), { code: 'EISDIR' });
  });

  t.test('that are full lose lines and nothing else', async (t) => {
    const { file, stats, warnings } = scene({ path: '/dev/full' });
    file.write('x\n');
    file.flush(false);
    await until(() => stats.value(slot.write_failed) === 1);
    t.match(warnings, [/ENOSPC/]);
    file.close();
  });

  t.test('that are pipes do not hold anybody up, read or not', async (t) => {
    const path = join(folder, 'pipe');
    execFileSync('mkfifo', [path]);
    t.throws(() => scene({ path }), { code: 'ENXIO' }, 'without a reader');
    const reader = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
    const { file, stats } = scene({ path });
    const line = `${'x'.repeat(1023)}\n`;
    for (let i = 0; i < 200; i++) file.write(line);
    file.flush(false);
    await until(() => stats.value(slot.write_completed) > 0);
    t.ok(stats.value(slot.write_total_buffered) >= 100 * 1024, 'the pipe took what it holds, the rest waits');
    const into = Buffer.alloc(65536);
    let read = 0;
    await until(() => {
      read += readNow(reader, into);
      file.onTimer();
      return read >= 200 * 1024;
    });
    t.equal(read, 200 * 1024);
    file.close();
  });
});
