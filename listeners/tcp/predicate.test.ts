import type { Socket } from 'node:net';
import t from 'tap';
import { fromJson, type JsonInput } from '../../src/api/index.ts';
import { ipAddress } from '../../src/base/address.ts';
import { Problems } from '../../src/base/errors.ts';
import { AcceptedConnection } from '../../src/net/listener-filter.ts';
import { compilePredicate } from './predicate.ts';

const MESSAGE = 'envoy.config.listener.v3.ListenerFilterChainMatchPredicate';

function portsThatMatch(json: JsonInput): number[] {
  const problems = new Problems();
  const predicate = compilePredicate(fromJson(MESSAGE, json), problems);
  if (predicate === null) throw new Error(problems.list.map(({ path, message }) => `${path}: ${message}`).join('\n'));
  const at = (port: number) => new AcceptedConnection({} as Socket, ipAddress('10.0.0.1', port), ipAddress('10.0.0.2', 1));
  return [79, 80, 81, 90].filter((port) => predicate.matches(at(port)));
}

function refusalOf(json: JsonInput): string[] {
  const problems = new Problems();
  t.equal(compilePredicate(fromJson(MESSAGE, json), problems), null);
  return problems.list.map(({ path, message }) => `${path}: ${message}`);
}

const range = (start: number, end: number) => ({ destination_port_range: { start, end } });

t.test('a port range excludes its end', (t) => {
  t.same(portsThatMatch(range(80, 81)), [80]);
  t.same(portsThatMatch(range(80, 91)), [80, 81, 90]);
  t.same(portsThatMatch(range(80, 80)), []);
  t.end();
});

t.test('rules combine', (t) => {
  t.same(portsThatMatch({ any_match: true }), [79, 80, 81, 90]);
  t.same(portsThatMatch({ or_match: { rules: [range(79, 80), range(90, 91)] } }), [79, 90]);
  t.same(portsThatMatch({ and_match: { rules: [range(79, 82), range(81, 99)] } }), [81]);
  t.same(portsThatMatch({ not_match: range(80, 82) }), [79, 90]);
  t.same(portsThatMatch({ not_match: { or_match: { rules: [range(0, 80), { not_match: range(0, 90) }] } } }), [80, 81]);
  t.end();
});

t.test('a predicate without a rule is refused where it stands', (t) => {
  t.same(refusalOf({}), [': a rule is required']);
  t.same(refusalOf({ or_match: { rules: [range(1, 2), {}] } }), ['or_match.rules[1]: a rule is required']);
  t.end();
});

t.test('rules cannot be nested for ever', (t) => {
  let json: JsonInput = { any_match: true };
  for (let i = 0; i < 40; i++) json = { not_match: json };
  t.match(refusalOf(json)[0], /nested too deeply/);
  t.end();
});
