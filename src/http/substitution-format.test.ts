import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { logEntry } from '../../test/support/log-entry.ts';
import { fromJson, type JsonInput } from '../api/index.ts';
import { Problems, renderProblem } from '../base/errors.ts';
import { pinName } from './header-name.ts';
import { Headers } from './headers.ts';
import { compileSubstitutionFormat, formatNames } from './substitution-format.ts';

function line(json: JsonInput): string {
  const problems = new Problems('log_format');
  const message = fromJson('envoy.config.core.v3.SubstitutionFormatString', json);
  const formatter = compileSubstitutionFormat(message, problems, formatNames({ FORMAT: 'env %PROTOCOL%', EMPTY: undefined }));
  if (formatter === null || problems.failed) return problems.list.map(renderProblem).join('; ');
  const request = new Headers();
  request.path = '/a?b';
  request.add(pinName('x-a'), 'v');
  return formatter.format({ ...logEntry(), requestHeaders: request });
}

t.test('text, JSON and sources of text', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'format-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'format');
  writeFileSync(file, 'file %PROTOCOL%\n');
  t.equal(line({ text_format: '%REQ(X-A)% %REQ(:PATH)% %REQ(NO)%' }), 'v /a?b -');
  t.equal(line({ text_format: '[%REQ(NO)%]', omit_empty_values: true }), '[]');
  t.equal(line({ json_format: { a: '%RESPONSE_CODE%', b: '%REQ(NO)%' } }), '{"a":200,"b":null}\n');
  t.equal(line({ json_format: { a: '%RESPONSE_CODE%', b: '%REQ(NO)%' }, omit_empty_values: true }), '{"a":200}\n');
  t.equal(line({ text_format_source: { inline_string: 'x' } }), 'x');
  t.equal(line({ text_format_source: { inline_bytes: Buffer.from('y').toString('base64') } }), 'y');
  t.equal(line({ text_format_source: { environment_variable: 'FORMAT' } }), 'env HTTP/1.1');
  t.equal(line({ text_format_source: { filename: file } }), 'file HTTP/1.1\n');
});

t.test('formatters add operators', async (t) => {
  const formatter = (type: string) => ({ name: 'f', typed_config: { '@type': `type.googleapis.com/envoy.extensions.formatter.${type}` } });
  t.equal(line({ text_format: '%REQ_WITHOUT_QUERY(:PATH)%', formatters: [formatter('req_without_query.v3.ReqWithoutQuery')] }), '/a');
  t.equal(line({ text_format: '%METADATA(DYNAMIC:a)%', formatters: [formatter('metadata.v3.Metadata')] }), '-');
  t.equal(
    line({ text_format: 'x', formatters: [formatter('cel.v3.Cel')] }),
    'log_format.formatters[0]: the formatter "f" (envoy.extensions.formatter.cel.v3.Cel) is not supported',
  );
});

t.test('problems stand at their place', async (t) => {
  t.equal(line({}), 'log_format: the format is empty');
  t.equal(line({ text_format_source: {} }), 'log_format.text_format_source: the source is empty');
  t.equal(line({ text_format_source: { inline_string: '%NO%' } }), 'log_format.text_format_source: %NO% at column 1: unknown operator');
  t.equal(
    line({ text_format_source: { environment_variable: 'EMPTY' } }),
    'log_format.text_format_source.environment_variable: there is no variable EMPTY',
  );
  t.match(line({ text_format_source: { filename: '/nowhere' } }), /^log_format\.text_format_source\.filename: ENOENT/);
  t.equal(line({ json_format: { a: { b: '%NO%' } } }), 'log_format.json_format.a.b: %NO% at column 1: unknown operator');
});
