import t from 'tap';
import { type EntryParts, formatNames, logEntry } from '../../../test/support/log-entry.ts';
import { Problems, renderProblem } from '../../base/errors.ts';
import type { MetadataValue } from '../stream-info.ts';
import { compileJsonFormat } from './json-format.ts';

function line(format: { [key: string]: MetadataValue }, parts: EntryParts = {}, omitEmpty = false): string {
  const problems = new Problems('json_format');
  const formatter = compileJsonFormat(format, problems, formatNames, omitEmpty);
  return formatter === null ? `refused: ${problems.list.map(renderProblem).join('; ')}` : formatter.format(logEntry(parts));
}

t.test('keys are in byte order and values keep their types', async (t) => {
  t.equal(
    line({
      b: '%PROTOCOL%',
      a: '%RESPONSE_CODE%',
      A: '',
      c: 'x%RESPONSE_CODE%y',
      d: '%REQ(NOPE)%',
      e: { z: '%DURATION%', y: ['%ROUTE_NAME%', 1, true, null] },
    }),
    '{"A":"","a":200,"b":"HTTP/1.1","c":"x200y","d":null,"e":{"y":["default",1,true,null],"z":12}}\n',
  );
  t.equal(line({ f: 12, g: 2.5, h: 1.5e10, i: false, 'k"q': 'lit"eral' }), '{"f":12,"g":2.5,"h":1.5e+10,"i":false,"k\\"q":"lit\\"eral"}\n');
  t.equal(line({ a: 'a%REQ(NOPE)%', b: '%%', c: '%DURATION%%%' }), '{"a":"a-","b":"%","c":"12%"}\n');
  t.equal(line({}), '{}\n');
});

t.test('values from the wire are escaped as Envoy does', async (t) => {
  const value = (x: string) => line({ x: '%REQ(x)%', y: 'z%REQ(x)%' }, { request: { x } });
  t.equal(value('a"b\tc\\d'), '{"x":"a\\"b\\tc\\\\d","y":"za\\"b\\tc\\\\d"}\n');
  t.equal(value('a"\\\xff'), '{"x":"a\\u0022\\u005c\\u00ff","y":"za\\u0022\\u005c\\u00ff"}\n');
  t.equal(value('\xc3\xa9'), '{"x":"\xc3\xa9","y":"z\xc3\xa9"}\n', 'valid UTF-8 stays');
  t.equal(value('\xc3\xa9\xff'), '{"x":"\\u00c3\\u00a9\\u00ff","y":"z\\u00c3\\u00a9\\u00ff"}\n', 'other bytes are escaped, all of them');
  t.equal(value('\xed\xa0\x80'), '{"x":"\\u00ed\\u00a0\\u0080","y":"z\\u00ed\\u00a0\\u0080"}\n', 'surrogates are no UTF-8');
  t.equal(value('/<>&'), '{"x":"/<>&","y":"z/<>&"}\n');
});

t.test('JSON needs no value changed to stay on its line', async (t) => {
  t.equal(
    line({ q: '%QUERY_PARAM(q)%', r: '<%QUERY_PARAM(q)%>' }, { request: { ':path': '/?q=a%0ab%7f' } }),
    '{"q":"a\\nb\x7f","r":"<a\\nb\x7f>"}\n',
  );
});

t.test('metadata keeps its structure', async (t) => {
  const info = { metadata: new Map([['f', { s: 'x"', o: { b: [1], a: null } }]]) };
  t.equal(
    line({ all: '%DYNAMIC_METADATA(f)%', s: '%DYNAMIC_METADATA(f:s)%', n: '%DYNAMIC_METADATA(g)%' }, { info }),
    '{"all":{"o":{"a":null,"b":[1]},"s":"x\\""},"n":null,"s":"x\\""}\n',
  );
});

t.test('omit_empty_values leaves out what is not there, and objects that are empty then', async (t) => {
  t.equal(
    line({ a: '%REQ(NOPE)%', b: '%PROTOCOL%', c: 'x%REQ(NOPE)%', d: { e: '%REQ(NOPE)%' }, f: ['%REQ(NOPE)%', '1'] }, {}, true),
    '{"b":"HTTP/1.1","c":"x","f":["1"]}\n',
  );
});

t.test('a bad value is refused with its path', async (t) => {
  t.equal(
    line({ a: { b: ['x', '%NOPE%'] }, c: '%' }),
    'refused: json_format.a.b[1]: %NOPE% at column 1: unknown operator; json_format.c: no operator begins at column 1: "%"; write %% for a percent sign',
  );
});
