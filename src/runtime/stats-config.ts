/**
 * envoy.config.metrics.v3.StatsConfig → the rules by which stats are told. Read at the start; patterns of tags are compiled when names are
 * first taken apart.
 */
import type { Message } from '../api/index.ts';
import { Problems } from '../base/errors.ts';
import { compileProgram, type Program } from '../http/routing/regex.ts';
import { provenLinear } from '../http/routing/regex-proof.ts';
import { compileStringMatcher, type StringTest } from '../http/routing/string-match.ts';
import { type BucketRule, DEFAULT_STATS_RULES, type StatsRules } from '../telemetry/stats-rules.ts';
import { ANY_NAME_RULES, BUILT_IN_RULES, FIRST_SEGMENT_RULES, type TagPlace, type TagRule } from '../telemetry/tag-rules.ts';

type StatsConfig = Message<'envoy.config.metrics.v3.StatsConfig'>;

/** Reports what cannot be, at `problems` (the field `stats_config`). */
export function compileStatsConfig(config: StatsConfig | undefined, problems: Problems): StatsRules {
  if (config === undefined) return DEFAULT_STATS_RULES;
  return {
    ...compileTags(config, problems.at('stats_tags')),
    rejects: compileStatsMatcher(config.statsMatcher, problems.at('stats_matcher')),
    buckets: compileBuckets(config.histogramBucketSettings, problems.at('histogram_bucket_settings')),
  };
}

/** `--stats-tag name:value`: before those of the file. */
export function withFixedTags(rules: StatsRules, tags: readonly { readonly name: string; readonly value: string }[]): StatsRules {
  if (tags.length === 0) return rules;
  const at = rules.tags.findLastIndex((rule) => ANY_NAME_RULES.includes(rule)) + 1;
  const fixed = tags.map(({ name, value }) => fixedRule(name, value));
  return { ...rules, tags: rules.tags.toSpliced(at, 0, ...fixed), alike: rules.alike && !fixed.some(isBuiltIn) };
}

const isBuiltIn = ({ tag }: Pick<TagRule, 'tag'>): boolean => BUILT_IN_RULES.some((rule) => rule.tag === tag);

/** In Envoy's order: what looks at any name, then what looks at names with a certain first segment; each list as it was made. */
function compileTags(config: StatsConfig, problems: Problems): Pick<StatsRules, 'tags' | 'alike'> {
  const { statsTags, useAllDefaultTags = true, allowDefaultTagOverrides = false } = config;
  const own: TagRule[] = [];
  statsTags.forEach(({ tagName, tagValue }, i) => {
    const at = problems.at(i);
    if (tagName === '') at.at('tag_name').add('missing', 'a tag needs a name');
    else if (tagValue.case === 'fixedValue') own.push(fixedRule(tagName, tagValue.value));
    else if (tagValue.case === 'regex' && tagValue.value !== '') checkPattern(tagName, tagValue.value, at.at('regex'), own);
    else if (isBuiltIn({ tag: tagName })) own.push(...BUILT_IN_RULES.filter((rule) => rule.tag === tagName));
    else at.at('tag_name').add('bad_value', `there is no built-in tag ${JSON.stringify(tagName)}`, 'say a regex or a fixed_value');
  });
  const replaced = new Set(allowDefaultTagOverrides ? own.map((rule) => rule.tag) : []);
  const stays = (rule: TagRule): boolean => useAllDefaultTags && !replaced.has(rule.tag);
  const tags = [
    ...ANY_NAME_RULES.filter(stays),
    ...own.filter((rule) => !hasFirstSegment(rule)),
    ...FIRST_SEGMENT_RULES.filter(stays),
    ...own.filter(hasFirstSegment),
  ];
  const alike = useAllDefaultTags && own.every((rule) => rule instanceof FixedRule && !isBuiltIn(rule));
  return { tags, alike };
}

class FixedRule implements TagRule {
  readonly tag: string;
  readonly #place: TagPlace;

  constructor(tag: string, value: string) {
    this.tag = tag;
    this.#place = { value, from: 0, to: 0 };
  }

  find(): TagPlace {
    return this.#place;
  }
}

const fixedRule = (tag: string, value: string): TagRule => new FixedRule(tag, value);

/** A tag by a pattern: the first group is cut out, the second is the value where it has one. */
class PatternRule implements TagRule {
  readonly tag: string;
  /** What names begin with, and a dot; '': anything. */
  readonly first: string;
  readonly #source: string;
  #search: ((name: string) => TagPlace | null) | null = null;

  constructor(tag: string, source: string) {
    this.tag = tag;
    this.first = /^\^(\w+)(?:\\\.|\$$)/.exec(source)?.[1] ?? '';
    this.#source = source;
  }

  find(name: string): TagPlace | null {
    if (this.first !== '' && !(name.startsWith(this.first) && (name.length === this.first.length || name[this.first.length] === '.')))
      return null;
    this.#search ??= provenLinear(this.#source) ? searchNative(this.#source) : searchProgram(this.#source);
    return this.#search(name);
  }
}

function hasFirstSegment(rule: TagRule): boolean {
  return rule instanceof PatternRule ? rule.first !== '' : FIRST_SEGMENT_RULES.includes(rule);
}

function searchNative(source: string): (name: string) => TagPlace | null {
  const regex = new RegExp(source, 'd');
  return (name) => {
    const match = regex.exec(name);
    // A pattern without a group finds nothing.
    if (match === null || match.length < 2) return null;
    const [from, to] = match.indices?.[1] ?? [0, 0];
    return { value: match[2] || match[1] || '', from, to };
  };
}

function searchProgram(source: string): (name: string) => TagPlace | null {
  const program = compileProgram(source, new Problems()) as Program;
  const groups = program.groupCount();
  return (name) => {
    const matcher = program.matcher(name);
    if (groups === 0 || !matcher.find(0)) return null;
    const cut = matcher.group(1);
    const value = (groups > 1 && matcher.group(2)) || cut || '';
    return cut === null ? { value, from: 0, to: 0 } : { value, from: matcher.start(1), to: matcher.end(1) };
  };
}

/** Constructs that RE2 and V8 read differently, or one of them only. */
const DOUBTFUL = /\(\?(?!:)|\\[^.\-\\/()[\]{}|^$*+?wdsWDSb]|\[\[|\[\^?\]|\{/;

/** RE2 itself is loaded when a pattern is not of the plain kind. */
function checkPattern(tag: string, source: string, problems: Problems, into: TagRule[]): void {
  let plain = !DOUBTFUL.test(source);
  if (plain) {
    try {
      new RegExp(source);
    } catch {
      plain = false;
    }
  }
  if (plain || compileProgram(source, problems) !== null) into.push(new PatternRule(tag, source));
}

function compileStatsMatcher(
  message: Message<'envoy.config.metrics.v3.StatsMatcher'> | undefined,
  problems: Problems,
): StatsRules['rejects'] {
  const matcher = message?.statsMatcher;
  switch (matcher?.case) {
    case 'rejectAll':
      return matcher.value ? () => true : null;
    case 'exclusionList': {
      const tests = compilePatterns(matcher.value, problems.at('exclusion_list'));
      return (name) => tests.some((test) => test.test(name));
    }
    case 'inclusionList': {
      const tests = compilePatterns(matcher.value, problems.at('inclusion_list'));
      return (name) => !tests.some((test) => test.test(name));
    }
    default:
      if (message !== undefined) problems.add('missing', 'one of reject_all, exclusion_list, inclusion_list is required');
      return null;
  }
}

function compilePatterns({ patterns }: Message<'envoy.type.matcher.v3.ListStringMatcher'>, problems: Problems): readonly StringTest[] {
  return patterns.flatMap((pattern, i) => compileStringMatcher(pattern, problems.at('patterns').at(i)) ?? []);
}

/** `bins` is how much memory Envoy takes at first: nothing here. */
function compileBuckets(messages: StatsConfig['histogramBucketSettings'], problems: Problems): readonly BucketRule[] {
  const rules: BucketRule[] = [];
  messages.forEach(({ match, buckets }, i) => {
    const at = problems.at(i).at('match');
    const test = match === undefined ? null : compileStringMatcher(match, at);
    if (match === undefined) at.add('missing', 'match is required');
    if (test === null || buckets.length === 0) return;
    rules.push({ matches: (name) => test.test(name), bounds: [...buckets].sort((a, b) => a - b) });
  });
  return rules;
}
