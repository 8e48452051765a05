import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { fromJson, type JsonInput } from '../../../src/api/index.ts';
import { logFilesOf } from '../../../src/telemetry/log-files.ts';
import { FakeContext } from '../../../test/support/factory-context.ts';
import { logEntry } from '../../../test/support/log-entry.ts';
import definition from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'file-access-log-'));
t.teardown(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'access.log');

function message(json: JsonInput) {
  return fromJson('envoy.extensions.access_loggers.file.v3.FileAccessLog', json);
}

/** What one entry leaves in the file, or the complaints. */
function logged(json: { [key: string]: JsonInput }): string | string[] {
  const context = new FakeContext({ options: { environment: { SITE: 'berlin' } } });
  const log = definition.compile(message({ path, ...json }), context);
  if (log === null) return context.complaints;
  log.log(logEntry());
  logFilesOf(context.dispatcher).close();
  const text = readFileSync(path, 'latin1');
  rmSync(path);
  return text;
}

t.test('without a format the line is the default one', async (t) => {
  const line = '[2026-11-21T10:20:30.456Z] "GET /a?b=c HTTP/1.1" 200 - 3 1024 12 10 "-" "-" "-" "example.com" "10.0.0.2:8080"\n';
  t.equal(logged({}), line);
  t.equal(logged({ format: '' }), line);
});

t.test('a format may stand in each of the four fields', async (t) => {
  t.equal(logged({ log_format: { text_format_source: { inline_string: '%ROUTE_NAME% %ENVIRONMENT(SITE)%\n' } } }), 'default berlin\n');
  t.equal(logged({ log_format: { json_format: { a: '%RESPONSE_CODE%' } } }), '{"a":200}\n');
  t.equal(logged({ format: '%PROTOCOL%|' }), 'HTTP/1.1|');
  t.equal(logged({ json_format: { a: '%DURATION%' } }), '{"a":12}\n');
  t.equal(logged({ typed_json_format: { a: '%REQ(NO)%' } }), '{"a":null}\n');
});

t.test('what cannot be is refused at its place', async (t) => {
  t.same(logged({ format: '%NO%' }), ['format: %NO% at column 1: unknown operator']);
  t.same(logged({ log_format: { text_format: '%NO%' } }), ['log_format.text_format: %NO% at column 1: unknown operator']);
  t.same(logged({ path: '' }), ['path: an access log needs a path']);
  t.match(logged({ path: join(folder, 'no', 'such') }), [/^path: unable to open file "[^"]+such": ENOENT/]);
});

t.test('loggers of one path share a buffer, and lines go out when the flush interval is over', async (t) => {
  const context = new FakeContext({ options: { fileFlushMs: 1000 } });
  const [a, b] = ['a', 'b'].map((name) => definition.compile(message({ path, format: `${name}\n` }), context));
  for (let i = 0; i < 2; i++) {
    a?.log(logEntry());
    b?.log(logEntry());
  }
  t.equal(readFileSync(path, 'utf8'), '');
  const dispatcher = context.dispatcher as unknown as { advance(ms: number): void };
  dispatcher.advance(1010);
  while (context.stats.value('filesystem.write_completed') === 0) await new Promise(setImmediate);
  t.equal(readFileSync(path, 'utf8'), 'a\nb\na\nb\n');
  t.match(context.stats.counted, { 'filesystem.write_buffered': 4, 'filesystem.flushed_by_timer': 1, 'filesystem.write_completed': 1 });
  t.equal(context.stats.value('filesystem.write_total_buffered'), 0);
  logFilesOf(context.dispatcher).close();
});

t.test('flush writes and reopen follows a rotated file', async (t) => {
  const context = new FakeContext();
  const log = definition.compile(message({ path, format: 'x\n' }), context);
  log?.log(logEntry());
  log?.flush(false);
  while (context.stats.value('filesystem.write_completed') < 1) await new Promise(setImmediate);
  rmSync(path);
  log?.flush(true);
  log?.log(logEntry());
  log?.flush(false);
  while (context.stats.value('filesystem.write_completed') < 2) await new Promise(setImmediate);
  logFilesOf(context.dispatcher).close();
  t.equal(readFileSync(path, 'utf8'), 'x\n');
});
