/**
 * Every flag: Envoy's own (docs: operations/cli) and ours. A flag without effect here is parsed and checked like the others,
 * because whoever starts an Envoy may start us with the same command line.
 */
export const VERBS = ['run', 'validate', 'wait', 'schema', 'version', 'help'] as const;
export type Verb = (typeof VERBS)[number];

export type FlagKind = 'text' | 'count' | 'switch' | 'list';

export interface FlagSpec {
  readonly kind: FlagKind;
  readonly short?: string;
  /** What the value is called in the help. */
  readonly value?: string;
  /** The words that a text may be. */
  readonly oneOf?: readonly string[];
  /** Commands that know it; absent: those that take a configuration. */
  readonly only?: readonly Verb[];
  /** One line without a final dot. */
  readonly help: string;
  /** Where the help shows it; flags without effect are listed by name only. */
  readonly group: 'common' | 'config' | 'log' | 'node' | 'other' | 'none';
}

export const FLAGS = {
  from: {
    kind: 'list',
    value: 'address',
    group: 'common',
    help: 'listen here, e.g. :8080 (on 127.0.0.1) or 0.0.0.0:8080; several times, each with a --to',
  },
  to: {
    kind: 'list',
    value: 'address',
    group: 'common',
    help: 'and pass requests on to there, e.g. :3000 or web.test:80; names are looked up once',
  },
  'config-path': { kind: 'text', short: 'c', value: 'file', group: 'common', help: 'bootstrap to read: .yaml, .json' },
  mode: {
    kind: 'text',
    value: 'mode',
    oneOf: ['serve', 'validate', 'init_only'],
    group: 'common',
    help: 'serve (default), validate (check and leave) or init_only (start everything but the listeners, and leave)',
  },
  concurrency: { kind: 'count', value: 'n', group: 'common', help: 'worker threads; 1 (default) serves from the main thread' },
  'log-level': {
    kind: 'text',
    short: 'l',
    value: 'level',
    group: 'common',
    help: 'trace, debug, info (default), warning, error, critical, off',
  },
  'drain-time-s': { kind: 'count', value: 's', group: 'common', help: 'longest time to wait for running requests when draining (600)' },

  watch: {
    kind: 'switch',
    only: ['run'],
    group: 'common',
    help: 'apply the file again when it changes; one with mistakes is reported, and the last good one stays',
  },

  'config-yaml': { kind: 'text', value: 'yaml', group: 'config', help: 'configuration merged over the file, or instead of one' },
  'allow-unknown-static-fields': { kind: 'switch', group: 'config', help: 'skip and count unknown fields of the file' },
  'allow-unknown-fields': { kind: 'switch', group: 'config', help: 'the same, older name' },
  'reject-unknown-dynamic-fields': {
    kind: 'switch',
    group: 'config',
    help: 'refuse what comes by discovery with unknown fields; without it they are counted and named once',
  },
  'ignore-unknown-dynamic-fields': { kind: 'switch', group: 'config', help: 'take it without a word' },
  'disable-extensions': { kind: 'text', value: 'names', group: 'config', help: 'leave these extensions out, separated by commas' },

  'component-log-level': { kind: 'text', value: 'list', group: 'log', help: 'levels of single components: upstream:debug,main:trace' },
  'log-path': { kind: 'text', value: 'file', group: 'log', help: 'log here instead of stderr; SIGUSR1 opens it again' },
  'file-flush-interval-msec': { kind: 'count', value: 'ms', group: 'log', help: 'time between writes of access logs (10000)' },

  'service-node': { kind: 'text', value: 'id', group: 'node', help: 'id of this proxy, over the one in the bootstrap' },
  'service-cluster': { kind: 'text', value: 'name', group: 'node', help: 'cluster that this proxy belongs to' },
  'service-zone': { kind: 'text', value: 'zone', group: 'node', help: 'zone that this proxy runs in' },

  'stats-tag': { kind: 'list', value: 'name:value', group: 'other', help: 'a tag of all stats; may be repeated' },
  'admin-address-path': { kind: 'text', value: 'file', group: 'other', help: 'write the real admin address there' },
  'ready-file': { kind: 'text', value: 'file', group: 'other', help: 'write one line of JSON there when ready: addresses, pid, time' },
  'drain-strategy': {
    kind: 'text',
    value: 'how',
    oneOf: ['gradual', 'immediate'],
    group: 'other',
    help: 'gradual (default) or immediate; both act as immediate here',
  },
  'ready-fd': {
    kind: 'count',
    value: 'fd',
    only: ['run'],
    group: 'other',
    help: 'write that line to this descriptor instead; 1 is stdout',
  },
  format: {
    kind: 'text',
    value: 'how',
    oneOf: ['text', 'json'],
    only: ['validate'],
    group: 'other',
    help: 'validate: how to report, as text (default) or json',
  },
  timeout: { kind: 'count', value: 's', only: ['wait'], group: 'other', help: 'wait: seconds until it gives up (60)' },
  help: { kind: 'switch', short: 'h', group: 'other', help: 'this text' },
  version: { kind: 'switch', group: 'other', help: 'print the version and leave' },

  'base-id': { kind: 'count', group: 'none', help: '' },
  'base-id-path': { kind: 'text', group: 'none', help: '' },
  'cpuset-threads': { kind: 'switch', group: 'none', help: '' },
  'disable-hot-restart': { kind: 'switch', group: 'none', help: '' },
  'enable-core-dump': { kind: 'switch', group: 'none', help: '' },
  'enable-fine-grain-logging': { kind: 'switch', group: 'none', help: '' },
  'enable-mutex-tracing': { kind: 'switch', group: 'none', help: '' },
  'file-flush-min-size-kb': { kind: 'count', group: 'none', help: '' },
  'hot-restart-version': { kind: 'switch', group: 'none', help: '' },
  'local-address-ip-version': { kind: 'text', oneOf: ['v4', 'v6'], group: 'none', help: '' },
  'log-format': { kind: 'text', group: 'none', help: '' },
  'log-format-escaped': { kind: 'switch', group: 'none', help: '' },
  'log-stacktrace-single-entry': { kind: 'switch', group: 'none', help: '' },
  'parent-shutdown-time-s': { kind: 'count', group: 'none', help: '' },
  'restart-epoch': { kind: 'count', group: 'none', help: '' },
  'skip-deprecated-logs': { kind: 'switch', group: 'none', help: '' },
  'skip-hot-restart-on-no-parent': { kind: 'switch', group: 'none', help: '' },
  'skip-hot-restart-parent-stats': { kind: 'switch', group: 'none', help: '' },
  'socket-mode': { kind: 'text', group: 'none', help: '' },
  'socket-path': { kind: 'text', group: 'none', help: '' },
  'use-dynamic-base-id': { kind: 'switch', group: 'none', help: '' },
} as const satisfies Readonly<Record<string, FlagSpec>>;

export type FlagName = keyof typeof FLAGS;
