import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { fromJson } from '../../../src/api/index.ts';
import { FakeContext } from '../../../test/support/factory-context.ts';
import definition from './index.ts';

/** A process that logs three lines and ends. Its own text goes the same way. */
const program = `
  import { fromJson } from '${new URL('../../../src/api/index.ts', import.meta.url)}';
  import { logFilesOf } from '${new URL('../../../src/telemetry/log-files.ts', import.meta.url)}';
  import { FakeContext } from '${new URL('../../../test/support/factory-context.ts', import.meta.url)}';
  import { logEntry } from '${new URL('../../../test/support/log-entry.ts', import.meta.url)}';
  import definition from '${new URL('./index.ts', import.meta.url)}';
  const context = new FakeContext();
  const message = fromJson(definition.message, { log_format: { text_format: 'line %RESPONSE_CODE%\\n' } });
  const log = definition.compile(message, context);
  process.stdout.write('begin\\n');
  for (let i = 0; i < 3; i++) log.log(logEntry());
  log.flush(false);
  while (context.stats.value('filesystem.write_completed') === 0) await new Promise(setImmediate);
  logFilesOf(context.dispatcher).close();
  process.stdout.write('end\\n');
`;
const EXPECTED = 'begin\nline 200\nline 200\nline 200\nend\n';
const args = ['--input-type=module', '-e', program];

t.test('lines go to stdout when it is a socket', async (t) => {
  const child = spawn(process.execPath, args, { stdio: 'pipe' });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  await once(child, 'close');
  t.equal(text, EXPECTED);
});

t.test('lines go to stdout when it is a pipe', async (t) => {
  const text = execFileSync('sh', ['-c', '"$0" "$@" 1>&1 | cat', process.execPath, ...args], { encoding: 'utf8' });
  t.equal(text, EXPECTED);
});

t.test('lines go to stdout when it is a file, and nothing is written over', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'stdout-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'out');
  execFileSync('sh', ['-c', 'out=$1; shift; "$0" "$@" 1>"$out"', process.execPath, file, ...args]);
  t.equal(readFileSync(file, 'utf8'), EXPECTED);
});

t.test('a format that cannot be honoured is refused at its place', async (t) => {
  const context = new FakeContext();
  const message = fromJson('envoy.extensions.access_loggers.stream.v3.StdoutAccessLog', { log_format: { text_format: '%NO%' } });
  t.equal(definition.compile(message, context), null);
  t.same(context.complaints, ['log_format.text_format: %NO% at column 1: unknown operator']);
});
