import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { fromJson } from '../../../src/api/index.ts';
import { FakeContext } from '../../../test/support/factory-context.ts';
import { compileDirectResponse } from './config.ts';

const NAME = 'envoy.extensions.filters.network.direct_response.v3.Config';

function compile(response?: object): { bytes: string | undefined; complaints: readonly string[] } {
  const context = new FakeContext();
  const options = { ...context.options, environment: { GREETING: 'hé' } };
  const inside = Object.assign(Object.create(context) as FakeContext, { options });
  const bytes = compileDirectResponse(
    fromJson(NAME, response === undefined ? {} : { response: response as Record<string, string> }),
    inside,
  );
  return { bytes: bytes?.toString('latin1'), complaints: context.complaints };
}

t.test('the bytes come from wherever they are', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'direct-response-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const filename = join(folder, 'bytes');
  writeFileSync(filename, Buffer.from([0, 255, 10]));
  t.equal(compile().bytes, '');
  t.equal(compile({ inline_string: 'hé' }).bytes, 'h\xc3\xa9');
  t.equal(compile({ inline_bytes: 'AP8K' }).bytes, '\x00\xff\n');
  t.equal(compile({ environment_variable: 'GREETING' }).bytes, 'h\xc3\xa9');
  t.equal(compile({ filename }).bytes, '\x00\xff\n');
  t.end();
});

t.test('what cannot be read is told', (t) => {
  for (const [response, complaint] of [
    [{}, /the source is empty/],
    [{ environment_variable: 'NOBODY' }, /there is no variable NOBODY/],
    [{ filename: '/nowhere/at/all' }, /ENOENT/],
    [{ inline_string: 'a', watched_directory: { path: '/tmp' } }, /watched_directory is not supported/],
  ] as const) {
    const { bytes, complaints } = compile(response);
    t.equal(bytes, undefined);
    t.match(complaints, [complaint]);
  }
  t.end();
});
