import t from 'tap';
import { fromJson, type JsonInput } from '../api/index.ts';
import { Problems } from '../base/errors.ts';
import { boundsOf } from '../telemetry/stats-rules.ts';
import { extractTags } from '../telemetry/tag-rules.ts';
import { compileStatsConfig, withFixedTags } from './stats-config.ts';

function compile(json: JsonInput) {
  const problems = new Problems();
  const rules = compileStatsConfig(fromJson('envoy.config.metrics.v3.StatsConfig', json), problems.at('stats_config'));
  return { rules, problems: problems.list.map(({ path, message }) => `${path}: ${message}`) };
}

/** `name{tag=value,…}` of a stat name under a configuration. */
function tagged(json: JsonInput, stat = 'cluster.x.y|aa.membership_total'): string {
  const { name, tags } = extractTags(stat, compile(json).rules.tags);
  return `${name}{${tags.map((tag) => `${tag.name}=${tag.value}`).join()}}`;
}

t.test('the first of several fixed tags of a name counts', async (t) => {
  const fixed = (tag_name: string, fixed_value: string) => ({ tag_name, fixed_value });
  t.equal(
    tagged({ stats_tags: [fixed('a', '1'), fixed('b', ''), fixed('a', '2')] }),
    'cluster.y|aa.membership_total{a=1,b=,envoy.cluster_name=x}',
  );
  t.equal(tagged({ stats_tags: [fixed('envoy.cluster_name', 'q')] }), 'cluster.x.y|aa.membership_total{envoy.cluster_name=q}');
});

t.test('a pattern cuts its first group out, and its second is the value', async (t) => {
  const regex = (tag_name: string, regex: string) => ({ use_all_default_tags: false, stats_tags: [{ tag_name, regex }] });
  t.equal(tagged(regex('a', '_(tot)al$')), 'cluster.x.y|aa.membership_al{a=tot}');
  t.equal(tagged(regex('a', '^cluster\\.((.+?)\\|.+?\\.)')), 'cluster.membership_total{a=x.y}');
  t.equal(tagged(regex('a', '(?i)member(SHIP)')), 'cluster.x.y|aa.member_total{a=ship}', 'what only RE2 reads');
  t.equal(tagged(regex('a', '(zz_(..))|_tot(al)$')), 'cluster.x.y|aa.membership_total{a=}', 'a group that took no part');
  t.equal(tagged(regex('a', 'total')), 'cluster.x.y|aa.membership_total{}', 'without a group');
  t.equal(tagged(regex('a', '^clus\\.(x)')), 'cluster.x.y|aa.membership_total{}', 'of another first segment');
});

t.test('built-in tags may be chosen one by one, and replaced', async (t) => {
  const own = [{ tag_name: 'envoy.cluster_name', regex: '^cluster\\.((x\\.y).aa\\.)' }];
  t.equal(
    tagged({ use_all_default_tags: false, stats_tags: [{ tag_name: 'envoy.cluster_name' }] }),
    'cluster.y|aa.membership_total{envoy.cluster_name=x}',
  );
  t.equal(tagged({ use_all_default_tags: false }), 'cluster.x.y|aa.membership_total{}');
  t.equal(tagged({ stats_tags: own }), 'cluster.y|aa.membership_total{envoy.cluster_name=x}');
  t.equal(tagged({ stats_tags: own, allow_default_tag_overrides: true }), 'cluster.membership_total{envoy.cluster_name=x.y}');
});

t.test('what cannot be is reported at its place', async (t) => {
  t.match(compile({ stats_tags: [{ tag_name: 'a', regex: '(' }] }).problems, [/^stats_config\.stats_tags\[0\]\.regex: not an RE2 pattern/]);
  t.same(compile({ stats_tags: [{ tag_name: 'nope' }] }).problems, [
    'stats_config.stats_tags[0].tag_name: there is no built-in tag "nope"',
  ]);
  t.same(compile({ stats_tags: [{ tag_name: '', regex: '(a)' }] }).problems, ['stats_config.stats_tags[0].tag_name: a tag needs a name']);
  t.match(compile({ stats_tags: [{ tag_name: 'a', regex: '(a)(?=b)' }] }).problems, [/not an RE2 pattern/]);
});

t.test('a matcher decides which stats exist', async (t) => {
  const rejects = (stats_matcher: JsonInput, name: string) => compile({ stats_matcher }).rules.rejects?.(name) ?? false;
  const list = { patterns: [{ prefix: 'cluster.' }, { suffix: 'LIVE', ignore_case: true }] };
  for (const [name, included] of [
    ['cluster.a', true],
    ['server.live', true],
    ['http.a', false],
  ] as const) {
    t.equal(rejects({ inclusion_list: list }, name), !included, name);
    t.equal(rejects({ exclusion_list: list }, name), included, name);
  }
  t.equal(rejects({ reject_all: true }, 'a'), true);
  t.equal(rejects({ reject_all: false }, 'a'), false);
});

t.test('the first rule with buckets that matches says how a histogram is cut', async (t) => {
  const { rules } = compile({
    histogram_bucket_settings: [
      { match: { prefix: 'cluster' }, bins: 50 },
      { match: { suffix: '_ms' }, buckets: [100, 0.5, 7] },
      { match: { prefix: 'cluster' }, buckets: [1] },
    ],
  });
  t.same(boundsOf(rules, 'cluster.a_ms'), [0.5, 7, 100]);
  t.same(boundsOf(rules, 'cluster.a_bytes'), [1]);
  t.equal(boundsOf(rules, 'http.a').length, 19);
});

t.test('tags of the command line come before those of the file', async (t) => {
  const rules = withFixedTags(compile({ stats_tags: [{ tag_name: 'a', fixed_value: 'file' }] }).rules, [{ name: 'a', value: 'cli' }]);
  t.same(extractTags('x', rules.tags).tags, [{ name: 'a', value: 'cli' }]);
  t.equal(rules.alike, true);
});
