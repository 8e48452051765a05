import { platform } from 'node:process';
import t from 'tap';
import { fromJson, type JsonInput } from '../api/index.ts';
import { Problems } from '../base/errors.ts';
import { type KernelOption, PreparedSocket } from '../net/prepared-socket.ts';
import type { Source } from '../net/transport-socket.ts';
import { compileBind, type Sources } from './compile-bind.ts';

const LINUX = { skip: platform === 'linux' ? false : 'only on Linux' };

type Json = { [key: string]: JsonInput };

const message = (json: Json | undefined) => (json === undefined ? undefined : fromJson('envoy.config.core.v3.BindConfig', json));

function compile(cluster: Json | undefined, bootstrap?: Json): { sources: Sources; complaints: string[] } {
  const problems = new Problems();
  const sources = compileBind({ cluster: message(cluster), bootstrap: message(bootstrap), who: 'Cluster c' }, problems);
  return { sources, complaints: problems.list.map(({ path, message: text }) => `${path}: ${text}`) };
}

function fine(cluster: Json | undefined, bootstrap?: Json): Sources {
  const { sources, complaints } = compile(cluster, bootstrap);
  t.same(complaints, []);
  return sources;
}

/** Where from, and what is set: `1/8=64000`. */
function shown({ sourceAddress, opener }: Source): string {
  const from = sourceAddress?.kind === 'ip' ? sourceAddress.ip : '-';
  if (opener === null) return from;
  if (!(opener instanceof PreparedSocket)) return 'unknown';
  const { options } = opener as unknown as { options: readonly KernelOption[] };
  const text = options.map(({ level, name, value, family }) => `${level}/${name}=${Buffer.from(value).readInt32LE(0)}${family || ''}`);
  return `${from} ${text.length === 0 ? 'prepared' : text.join(' ')}`;
}

const at = (address: string, port = 0): Json => ({ address, port_value: port });
const option = (value: number): Json => ({ level: 1, name: 8, int_value: value });
const FREEBIND = '0/15=14 41/78=16';

t.test('nothing is bound unless somebody says so', (t) => {
  t.equal(shown(fine(undefined)), '-');
  t.equal(shown(fine({})), '-');
  t.end();
});

t.test('a source address, with a port that is chosen late', LINUX, (t) => {
  t.equal(shown(fine({ source_address: at('127.0.0.6') })), '127.0.0.6 prepared');
  t.equal(shown(fine({ source_address: at('127.0.0.6', 4000) })), '127.0.0.6');
  t.end();
});

t.test('what the bootstrap says holds until the cluster says something, in parts', LINUX, (t) => {
  const bootstrap = { source_address: at('127.0.0.6'), freebind: true, socket_options: [option(1)] };
  t.equal(shown(fine(undefined, bootstrap)), `127.0.0.6 ${FREEBIND} 1/8=1`);
  t.equal(shown(fine({}, bootstrap)), `- ${FREEBIND} 1/8=1`, 'a message of its own, without a source');
  t.equal(shown(fine({ source_address: at('127.0.0.7'), socket_options: [option(2)] }, bootstrap)), `127.0.0.7 ${FREEBIND} 1/8=2`);
  t.equal(shown(fine({ freebind: false }, bootstrap)), '- 1/8=1');
  t.end();
});

t.test('two sources, one of each family, with options of their own', LINUX, (t) => {
  const { sources } = fine({
    source_address: at('127.0.0.6'),
    extra_source_addresses: [{ address: at('::1'), socket_options: { socket_options: [option(2)] } }],
    socket_options: [option(1)],
  });
  t.equal(shown(sources?.v4 as Source), '127.0.0.6 1/8=1');
  t.equal(shown(sources?.v6 as Source), '::1 1/8=2');
  const older = fine({ source_address: at('::1'), additional_source_addresses: [at('127.0.0.6')] });
  t.same(
    [shown(older.sources?.v4 as Source), shown(older.sources?.v6 as Source), shown(older)],
    ['127.0.0.6 prepared', '::1 prepared', '::1 prepared'],
  );
  t.end();
});

t.test('options of one family, of datagrams, in bytes', LINUX, (t) => {
  const { opener } = fine({
    socket_options: [
      { ...option(1), ip_version: 1 },
      { ...option(2), ip_version: 2, type: { stream: {} } },
      { ...option(3), type: { datagram: {} } },
      { level: 6, name: 13, buf_value: 'CQAAAA==' },
      { level: 1, name: 8 },
    ],
  });
  t.equal(shown({ sourceAddress: null, opener }), '- 1/8=14 1/8=26 6/13=9');
  t.end();
});

t.test('what Envoy refuses, in its words', (t) => {
  const { complaints } = compile({ extra_source_addresses: [{ address: at('::1') }] });
  t.match(complaints, [
    /^extra_source_addresses: Cluster c's upstream binding config has extra\/additional source addresses but no source_address/,
  ]);
  const source = { source_address: at('127.0.0.6') };
  t.match(compile({ ...source, extra_source_addresses: [{ address: at('127.0.0.7') }] }).complaints, [
    /two same IP version source addresses/,
  ]);
  t.match(compile({ ...source, extra_source_addresses: [{ address: at('::1') }, { address: at('::2') }] }).complaints, [
    /more than one extra/,
  ]);
  const both = { ...source, extra_source_addresses: [{ address: at('::1') }], additional_source_addresses: [at('::1')] };
  t.match(compile(both).complaints, [/Can't specify both/]);
  t.match(compile({ source_address: at('localhost') }).complaints, [/^source_address.address: "localhost" is no IP address/]);
  t.end();
});

t.test('what is not done is refused by name', (t) => {
  const selector = (type: string): Json => ({
    name: 'x',
    typed_config: { '@type': `type.googleapis.com/${type}` },
  });
  t.same(compile({ local_address_selector: selector('envoy.config.core.v3.Node') }).complaints, [
    'local_address_selector.typed_config: envoy.config.core.v3.Node is not supported',
  ]);
  t.same(
    compile({ local_address_selector: selector('envoy.config.upstream.local_address_selector.v3.DefaultLocalAddressSelector') }).complaints,
    [],
  );
  t.same(compile({ socket_options: [{ ...option(1), state: 'STATE_LISTENING' }] }).complaints, [
    'socket_options[0].state: state is not supported',
  ]);
  t.same(compile({ validate_network_namespaces: true }).complaints, [
    'validate_network_namespaces: validate_network_namespaces is not supported',
  ]);
  t.end();
});
