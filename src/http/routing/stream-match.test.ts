import t from 'tap';
import { fromJson, type JsonInput } from '../../api/index.ts';
import { ipAddress } from '../../base/address.ts';
import { Problems } from '../../base/errors.ts';
import { FilterStateKey, type MetadataValue, StreamInfo, type TlsInfo, type TlsSide } from '../../telemetry/stream-info.ts';
import { compileStreamMatchers } from './stream-match.ts';

const address = ipAddress('127.0.0.1', 1);

const CERTIFICATE: TlsSide = { uriSans: [], dnsSans: [], subject: '', issuer: '', serial: '', sha256: '', validFrom: 0, validTo: 0 };

function tls(peer: TlsSide | null, peerValidated: boolean): TlsInfo {
  return { version: 'TLSv1.3', cipher: '', alpn: '', sni: '', sessionId: '', peer, local: null, peerValidated };
}

function stream(session: TlsInfo | null = null): StreamInfo {
  const downstream = {
    connectionId: 1,
    localAddress: address,
    directRemoteAddress: address,
    tls: session,
    serverName: '',
    listenerName: '',
    filterChainName: '',
  };
  return new StreamInfo(downstream, 0, 0);
}

function matches(match: { readonly [key: string]: JsonInput }, info: StreamInfo): boolean {
  const problems = new Problems();
  const tests = compileStreamMatchers(fromJson('envoy.config.route.v3.RouteMatch', { prefix: '/', ...match }), problems);
  t.same(problems.list, []);
  return tests.every((test) => test.matches(info));
}

t.test('a client certificate may be asked for, or its lack', (t) => {
  const cases = [
    { info: stream(), presented: false, validated: false },
    { info: stream(tls(null, false)), presented: false, validated: false },
    { info: stream(tls(CERTIFICATE, false)), presented: true, validated: false },
    { info: stream(tls(CERTIFICATE, true)), presented: true, validated: true },
  ];
  for (const { info, presented, validated } of cases) {
    t.equal(matches({ tls_context: { presented } }, info), true);
    t.equal(matches({ tls_context: { presented: !presented } }, info), false);
    t.equal(matches({ tls_context: { validated } }, info), true);
    t.equal(matches({ tls_context: { validated: !validated } }, info), false);
    t.equal(matches({ tls_context: {} }, info), true);
  }
  t.end();
});

t.test('dynamic metadata is found by its path and compared by its kind', (t) => {
  const info = stream();
  const values: { [key: string]: MetadataValue } = {
    text: 'abc',
    number: 2.5,
    yes: true,
    nothing: null,
    list: ['a', 7],
    deep: { er: 'x' },
  };
  info.setMetadata('filter', values);
  const at = (key: string, value: { readonly [key: string]: JsonInput }, invert = false) =>
    matches({ dynamic_metadata: [{ filter: 'filter', path: key.split('.').map((part) => ({ key: part })), value, invert }] }, info);
  t.equal(at('text', { string_match: { prefix: 'ab' } }), true);
  t.equal(at('text', { string_match: { exact: 'ab' } }), false);
  t.equal(at('text', { string_match: { exact: 'ab' } }, true), true);
  t.equal(at('number', { double_match: { exact: 2.5 } }), true);
  t.equal(at('number', { double_match: { range: { start: 2, end: 2.5 } } }), false, 'the end is outside');
  t.equal(at('number', { double_match: { range: { start: 2.5, end: 3 } } }), true);
  t.equal(at('number', { string_match: { exact: '2.5' } }), false, 'a number is no text');
  t.equal(at('yes', { bool_match: true }), true);
  t.equal(at('yes', { bool_match: false }), false);
  t.equal(at('nothing', { null_match: {} }), true);
  t.equal(at('text', { null_match: {} }), false);
  t.equal(at('deep.er', { string_match: { exact: 'x' } }), true);
  t.equal(at('deep.er.still', { present_match: true }), false);
  t.equal(at('deep', { present_match: true }), true);
  t.equal(at('none', { present_match: true }), false);
  t.equal(at('none', { present_match: true }, true), true);
  t.equal(at('constructor', { present_match: true }), false, 'what every object has is no metadata');
  t.equal(at('list', { list_match: { one_of: { string_match: { exact: 'a' } } } }), true);
  t.equal(at('list', { list_match: { one_of: { double_match: { exact: 8 } } } }), false);
  t.equal(at('text', { or_match: { value_matchers: [{ bool_match: true }, { string_match: { exact: 'abc' } }] } }), true);
  t.equal(at('text', { or_match: { value_matchers: [{ bool_match: true }, { null_match: {} }] } }), false);
  t.equal(matches({ dynamic_metadata: [{ filter: 'other', path: [{ key: 'text' }], value: { present_match: true } }] }, info), false);
  t.end();
});

t.test('filter state is compared as it is printed', (t) => {
  const info = stream();
  const match = (key: string, exact: string) => matches({ filter_state: [{ key, string_match: { exact } }] }, info);
  t.equal(match('printable', '7'), false);
  info.setFilterState(new FilterStateKey<number>('printable', String), 7);
  info.setFilterState(new FilterStateKey<number>('other'), 7);
  t.equal(match('printable', '7'), true);
  t.equal(match('printable', '8'), false);
  t.equal(match('other', '7'), false);
  t.end();
});
