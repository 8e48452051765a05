/** The command line → flags, or everything that is wrong with it. */
import { parseArgs } from 'node:util';
import { LOG_LEVELS, type LogLevel, parseLogLevel } from '../base/log.ts';
import { nearest } from '../config/suggest.ts';
import { FLAGS, type FlagName, type FlagSpec } from './flag-table.ts';

export const VERBS = ['run', 'validate', 'version', 'help'] as const;
export type Verb = (typeof VERBS)[number];
export type Mode = 'serve' | 'validate' | 'init_only';

export interface Flags {
  readonly verb: Verb;
  /** '' when not given; at least one of the two is, for verbs that need a configuration. */
  readonly configPath: string;
  readonly configYaml: string;
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
  readonly localAddressIpVersion: 'v4' | 'v6';
  readonly allowUnknownStaticFields: boolean;
  readonly disabledExtensions: readonly string[];
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
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value);
    if (token.kind !== 'option') continue;
    if (!isFlag(token.name)) {
      errors.push(unknownFlag(token.rawName, token.name));
      continue;
    }
    const problem = take(token.name, token.value, token.inlineValue === true, given);
    if (problem !== null) errors.push(problem);
  }
  const verb = verbOf(words, given, errors);
  const flags = collect(verb, given, errors);
  if ((verb === 'run' || verb === 'validate') && errors.length === 0 && flags.configPath === '' && flags.configYaml === '') {
    errors.push('no configuration; give a file with -c, e.g. outrigger -c examples/quickstart/envoy.yaml');
  }
  return errors.length > 0 ? { errors } : { flags };
}

function isFlag(name: string): name is FlagName {
  return Object.hasOwn(FLAGS, name);
}

function unknownFlag(raw: string, name: string): string {
  const guess = nearest(name, Object.keys(FLAGS));
  return `unknown flag ${raw}; ${guess === undefined ? 'outrigger --help lists all flags' : `did you mean --${guess}?`}`;
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
  if (rest[0] !== undefined) errors.push(`unexpected "${rest[0]}" after "${first}"`);
  return verb === 'run' && given.get('mode') === 'validate' ? 'validate' : verb;
}

function collect(verb: Verb, given: ReadonlyMap<FlagName, string | true | readonly string[]>, errors: string[]): Flags {
  const text = (name: FlagName, otherwise = ''): string => {
    const value = given.get(name);
    return typeof value === 'string' ? value : otherwise;
  };
  const count = (name: FlagName, otherwise: number): number => Number(text(name, String(otherwise)));
  return {
    verb,
    configPath: text('config-path'),
    configYaml: text('config-yaml'),
    mode: verb === 'validate' ? 'validate' : (text('mode', 'serve') as Mode),
    concurrency: Math.max(1, count('concurrency', 1)),
    logLevel: level(text('log-level', 'info'), '--log-level', errors),
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
    localAddressIpVersion: text('local-address-ip-version', 'v4') as Flags['localAddressIpVersion'],
    allowUnknownStaticFields: given.has('allow-unknown-static-fields') || given.has('allow-unknown-fields'),
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
