import t from 'tap';
import { requestHead } from '../../test/support/http-manager.ts';
import { pinName } from '../http/header-name.ts';
import { PoolSelector } from './cluster.ts';
import { type AutoNames, hostOf, MAX_NAMES, NamedSelectors } from './named-selectors.ts';

const BASE = new PoolSelector('h1', false, { alpn: null, serverName: '', sourceAddress: null });

function head(authority: string, fields: Readonly<Record<string, string>> = {}) {
  const headers = requestHead('/', fields);
  headers.authority = authority;
  return headers;
}

function named(names: Partial<AutoNames> = {}) {
  const dropped: string[] = [];
  const selectors = new NamedSelectors({ sni: true, san: false, header: null, ...names }, (selector) => {
    dropped.push(selector.options.serverName);
  });
  return { selectors, dropped };
}

/** What Envoy 1.40 was seen to send for these authorities. */
t.test('the host of a request is the SNI, without its port; an address is none', (t) => {
  const { selectors } = named();
  const of = (authority: string) => selectors.of(BASE, head(authority)).options.serverName;
  t.equal(of('A.test:81'), 'A.test');
  t.equal(of('a_b.test'), 'a_b.test');
  t.equal(of('a.test.'), 'a.test.');
  t.equal(of('1.2.3.4'), '');
  t.equal(of('[::1]:80'), '');
  t.equal(of('x'.repeat(256)), '');
  const configured = new PoolSelector('h1', false, { ...BASE.options, serverName: 'conf.test' });
  t.equal(selectors.of(configured, head('1.2.3.4')).options.serverName, 'conf.test');
  t.end();
});

t.test('another header may hold the name', (t) => {
  const { selectors } = named({ header: pinName('x-sni') });
  const of = (fields: Readonly<Record<string, string>>) => selectors.of(BASE, head('a.test', fields)).options.serverName;
  t.equal(of({ 'x-sni': 'other.test:99' }), 'other.test');
  t.equal(of({ 'x-sni': '' }), 'a.test');
  t.equal(of({}), 'a.test');
  t.end();
});

t.test('the name to check is the host, also where it is an address', (t) => {
  const { selectors } = named({ sni: false, san: true });
  const of = (authority: string) => selectors.of(BASE, head(authority)).options;
  t.match(of('a.test:1'), { serverName: '', verifySan: 'a.test' });
  t.match(of('127.0.0.1:1'), { serverName: '', verifySan: '127.0.0.1' });
  t.match(of('[::1]:1'), { verifySan: '::1' });
  t.end();
});

t.test('requests to one host share a selector, those that need other connections do not', (t) => {
  const { selectors } = named();
  const first = selectors.of(BASE, head('a.test'));
  t.equal(selectors.of(BASE, head('b.test')).options.serverName, 'b.test');
  t.equal(selectors.of(BASE, head('a.test:8080')), first);
  const high = new PoolSelector('h1', true, BASE.options);
  t.not(selectors.of(high, head('a.test')), first);
  t.equal(selectors.of(high, head('a.test')).high, true);
  t.end();
});

t.test('only so many names are kept, those that are used stay', (t) => {
  const { selectors, dropped } = named();
  const kept = selectors.of(BASE, head('kept.test'));
  for (let i = 0; i < MAX_NAMES + 2; i++) {
    selectors.of(BASE, head(`n${i}.test`));
    t.equal(selectors.of(BASE, head('kept.test')), kept);
  }
  t.same(dropped, ['n0.test', 'n1.test', 'n2.test']);
  t.end();
});

t.test('hosts of authorities', (t) => {
  t.same(['a', 'a:1', '[::1]', '[::1]:1', '::1', '[broken'].map(hostOf), ['a', 'a', '::1', '::1', '::1', '[broken']);
  t.end();
});
