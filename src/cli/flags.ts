/** The command line → flags, or everything that is wrong with it. */
import { parseArgs } from 'node:util';
import { LOG_LEVELS, type LogLevel, parseLogLevel } from '../base/log.ts';
import { nearest } from '../config/suggest.ts';
import { type Pair, parsePairs } from './endpoint.ts';
import { FLAGS, type FlagName, type FlagSpec, VERBS, type Verb } from './flag-table.ts';

export type Mode = 'serve' | 'validate' | 'init_only';

export interface Flags {
  readonly verb: Verb;
  /** '' when not given; at least one of these is, for verbs that need a configuration. */
  readonly configPath: string;
  readonly configYaml: string;
  readonly pairs: readonly Pair[];
  /** `validate`: every file, `configPath` first. */
  readonly files: readonly string[];
  /** What stands behind `--`: a program and its arguments. */
  readonly command: readonly string[];
  readonly watch: boolean;
  readonly format: 'text' | 'json';
  /** `wait`: '' for the default. */
  readonly url: string;
  readonly timeoutMs: number;
  readonly mode: Mode;
  /** ≥ 1. */
  readonly concurrency: number;
  readonly logLevel: LogLevel;
  readonly componentLogLevel: readonly (readonly [string, LogLevel])[];
  readonly logPath: string;
  readonly drainMs: number;
  readonly drainStrategy: 'gradual' | 'immediate';
  readonly parentShutdownS: number;
  readonly fileFlushMs: number;
  readonly fileFlushMinKb: number;
  readonly serviceNode: string;
  readonly serviceCluster: string;
  readonly serviceZone: string;
  readonly adminAddressPath: string;
  readonly readyFile: string;
  /** Null when not given. */
  readonly readyFd: number | null;
  readonly localAddressIpVersion: 'v4' | 'v6';
  readonly allowUnknownStaticFields: boolean;
  readonly unknownDynamicFields: 'warn' | 'reject' | 'ignore';
  readonly disabledExtensions: readonly string[];
  /** `--stats-tag`. */
  readonly statsTags: readonly { readonly name: string; readonly value: string }[];
  /** As they were given, for `/server_info` and for flags that only `/server_info` shows. */
  readonly given: ReadonlyMap<FlagName, string | true | readonly string[]>;
}

export type ParsedFlags = { readonly flags: Flags } | { readonly errors: readonly string[] };

/** `args` without the program. The verb may be left out: `outrigger -c file` runs, as Envoy does. */
export function parseFlags(args: readonly string[]): ParsedFlags {
  const errors: string[] = [];
  const given = new Map<FlagName, string | true | string[]>();
  const options = Object.fromEntries(
    Object.entries(FLAGS as Readonly<Record<string, FlagSpec>>).map(([name, { kind, short }]) => [
      name,
      { type: kind === 'switch' ? ('boolean' as const) : ('string' as const), ...(short === undefined ? {} : { short }) },
    ]),
  );
  const { tokens } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true });
  const words: string[] = [];
  const end = tokens.find(({ kind }) => kind === 'option-terminator')?.index ?? args.length;
  for (const token of tokens) {
    if (token.kind === 'positional' && token.index < end) words.push(token.value);
    if (token.kind !== 'option') continue;
    if (!isFlag(token.name)) {
      errors.push(unknownFlag(token.rawName, token.name));
      continue;
    }
    const problem = take(token.name, token.value, token.inlineValue === true, given);
    if (problem !== null) errors.push(problem);
  }
  const verb = verbOf(words, given, errors);
  const line = { verb, rest: words.slice(1), command: args.slice(end + 1) };
  const flags = collect(line, given, errors);
  if (errors.length === 0) checkTogether(flags, end < args.length, errors);
  return errors.length > 0 ? { errors } : { flags };
}

/** Flags that do not go together, and those without which nothing can be done. */
function checkTogether(flags: Flags, terminated: boolean, errors: string[]): void {
  const { verb, configPath, pairs, given } = flags;
  if (verb === 'help' || verb === 'version') return;
  const known = (name: FlagName): boolean => {
    const { only }: FlagSpec = FLAGS[name];
    return only === undefined ? verb === 'run' || verb === 'validate' || name === 'admin-address-path' : only.includes(verb);
  };
  for (const name of given.keys()) {
    const { only = ['run', 'validate'] }: FlagSpec = FLAGS[name];
    if (!known(name)) errors.push(`--${name} is for outrigger ${only.join(' and ')}, not for ${verb}`);
  }
  if (pairs.length > 0 && configPath !== '') errors.push('--from and --to write a configuration themselves; leave them or -c out');
  if (flags.watch && configPath === '') errors.push('--watch needs a file to watch; give one with -c');
  if (terminated && (verb !== 'run' || flags.mode !== 'serve'))
    errors.push(`outrigger ${verb} runs no program; leave "--" and what follows out`);
  else if (terminated && flags.command.length === 0)
    errors.push('a program is needed after "--", e.g. outrigger run --from :8080 --to :3000 -- npm test');
  if (given.has('hot-restart-version') || verb === 'wait' || verb === 'schema') return;
  if (flags.files.length === 0 && flags.configYaml === '' && pairs.length === 0) {
    errors.push(
      'no configuration; give a file with -c, e.g. outrigger -c examples/quickstart/envoy.yaml, or two ports: --from :8080 --to :3000',
    );
  }
}

function isFlag(name: string): name is FlagName {
  return Object.hasOwn(FLAGS, name);
}

function unknownFlag(raw: string, name: string): string {
  const guess = nearest(name, Object.keys(FLAGS));
  return `unknown flag ${raw}; ${guess === undefined ? 'outrigger --help lists all flags' : `did you mean --${guess}?`}`;
}

function statsTags(given: readonly string[], errors: string[]): Flags['statsTags'] {
  return given.map((text) => {
    const at = text.indexOf(':');
    const name = text.slice(0, Math.max(0, at));
    if (!/^\w+$/.test(name)) errors.push(`--stats-tag: "${text}" is not name:value, the name of letters, digits and underscores`);
    return { name, value: text.slice(at + 1) };
  });
}

/** Checks one flag and keeps it; the problem otherwise. */
function take(name: FlagName, value: string | undefined, inline: boolean, given: Map<FlagName, string | true | string[]>): string | null {
  const spec: FlagSpec = FLAGS[name];
  if (spec.kind === 'switch') {
    if (inline) return `--${name} takes no value`;
    given.set(name, true);
    return null;
  }
  if (value === undefined) return `--${name} needs a value`;
  if (spec.kind === 'count' && !/^\d{1,9}$/.test(value)) return `--${name} needs a whole number, not "${value}"`;
  if (spec.oneOf !== undefined && !spec.oneOf.includes(value)) {
    const guess = nearest(value, spec.oneOf);
    return `--${name} is one of ${spec.oneOf.join(', ')}, not "${value}"${guess === undefined ? '' : `; did you mean "${guess}"?`}`;
  }
  const before = given.get(name);
  if (spec.kind === 'list') given.set(name, [...(Array.isArray(before) ? before : []), value]);
  else if (before !== undefined) return `--${name} is given twice`;
  else given.set(name, value);
  return null;
}

function verbOf(words: readonly string[], given: ReadonlyMap<FlagName, unknown>, errors: string[]): Verb {
  if (given.has('help')) return 'help';
  if (given.has('version')) return 'version';
  const [first, ...rest] = words;
  if (first === undefined) return given.get('mode') === 'validate' ? 'validate' : 'run';
  const verb = VERBS.find((v) => v === first);
  // The word may be the value of a flag that is not known.
  if (verb === undefined && errors.length > 0) return 'run';
  if (verb === undefined) {
    const guess = nearest(first, VERBS);
    const file = /\.(ya?ml|json)$/.test(first) ? `; to run this file: outrigger -c ${first}` : '';
    errors.push(
      `unknown command "${first}"${file || (guess === undefined ? '; outrigger --help lists all' : `; did you mean "${guess}"?`)}`,
    );
    return 'run';
  }
  const most = verb === 'validate' ? Number.POSITIVE_INFINITY : verb === 'wait' ? 1 : 0;
  const [unexpected] = rest.slice(most);
  if (unexpected !== undefined) {
    const next =
      verb !== 'run' ? '' : /\.(ya?ml|json)$/.test(unexpected) ? `; to run this file: outrigger run -c ${unexpected}` : RUN_PROGRAM;
    errors.push(`unexpected "${unexpected}" after "${first}"${next}`);
  }
  return verb === 'run' && given.get('mode') === 'validate' ? 'validate' : verb;
}

const RUN_PROGRAM = '; a program to run stands behind "--"';

interface Line {
  readonly verb: Verb;
  /** Words after the verb. */
  readonly rest: readonly string[];
  readonly command: readonly string[];
}

function collect({ verb, rest, command }: Line, given: ReadonlyMap<FlagName, string | true | readonly string[]>, errors: string[]): Flags {
  const text = (name: FlagName, otherwise = ''): string => {
    const value = given.get(name);
    return typeof value === 'string' ? value : otherwise;
  };
  const count = (name: FlagName, otherwise: number): number => Number(text(name, String(otherwise)));
  const list = (name: FlagName): readonly string[] => {
    const value = given.get(name);
    return Array.isArray(value) ? value : [];
  };
  const configPath = text('config-path');
  return {
    verb,
    configPath,
    configYaml: text('config-yaml'),
    // A flag that is not known may have been meant for the other half of a pair.
    pairs: parsePairs(list('from'), list('to'), errors.length > 0 ? [] : errors),
    files: [...(configPath === '' ? [] : [configPath]), ...(verb === 'validate' ? rest : [])],
    command,
    watch: given.has('watch'),
    format: text('format', 'text') as Flags['format'],
    url: verb === 'wait' ? (rest[0] ?? '') : '',
    timeoutMs: 1000 * count('timeout', 60),
    mode: verb === 'validate' ? 'validate' : (text('mode', 'serve') as Mode),
    concurrency: Math.max(1, count('concurrency', 1)),
    logLevel: level(text('log-level', 'info'), '--log-level', errors),
    statsTags: statsTags(list('stats-tag'), errors),
    componentLogLevel: components(text('component-log-level'), errors),
    logPath: text('log-path'),
    drainMs: 1000 * count('drain-time-s', 600),
    drainStrategy: text('drain-strategy', 'gradual') as Flags['drainStrategy'],
    parentShutdownS: count('parent-shutdown-time-s', 900),
    fileFlushMs: count('file-flush-interval-msec', 10_000),
    fileFlushMinKb: count('file-flush-min-size-kb', 64),
    serviceNode: text('service-node'),
    serviceCluster: text('service-cluster'),
    serviceZone: text('service-zone'),
    adminAddressPath: text('admin-address-path'),
    readyFile: text('ready-file'),
    readyFd: given.has('ready-fd') ? count('ready-fd', 1) : null,
    localAddressIpVersion: text('local-address-ip-version', 'v4') as Flags['localAddressIpVersion'],
    allowUnknownStaticFields: given.has('allow-unknown-static-fields') || given.has('allow-unknown-fields'),
    unknownDynamicFields: given.has('reject-unknown-dynamic-fields')
      ? 'reject'
      : given.has('ignore-unknown-dynamic-fields')
        ? 'ignore'
        : 'warn',
    disabledExtensions: text('disable-extensions')
      .split(',')
      .filter((name) => name !== ''),
    given,
  };
}

function level(text: string, where: string, errors: string[]): LogLevel {
  const found = parseLogLevel(text);
  if (found === undefined) errors.push(`${where}: "${text}" is no level; levels are ${LOG_LEVELS.join(', ')}`);
  return found ?? 'info';
}

function components(text: string, errors: string[]): [string, LogLevel][] {
  return text
    .split(',')
    .filter((part) => part !== '')
    .map((part): [string, LogLevel] => {
      const [name = '', word = ''] = part.split(':');
      if (name === '' || word === '') errors.push(`--component-log-level: "${part}" is not component:level, e.g. upstream:debug`);
      return [name, word === '' ? 'info' : level(word, `--component-log-level ${name}`, errors)];
    });
}
