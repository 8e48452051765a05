import t from 'tap';
import { FLAGS } from './flag-table.ts';
import { type Flags, parseFlags } from './flags.ts';

function flagsOf(line: string): Flags {
  const parsed = parseFlags(line.split(' ').filter((word) => word !== ''));
  if ('errors' in parsed) throw new Error(parsed.errors.join('\n'));
  return parsed.flags;
}

function errorsOf(...args: string[]): readonly string[] {
  const parsed = parseFlags(args);
  return 'errors' in parsed ? parsed.errors : [];
}

t.test('the command line of the Istio agent is understood', (t) => {
  const flags = flagsOf(
    '-c etc/istio/proxy/envoy-rev.json --drain-time-s 45 --drain-strategy immediate --local-address-ip-version v4 ' +
      '--file-flush-interval-msec 1000 --disable-hot-restart --allow-unknown-static-fields -l warning ' +
      '--component-log-level misc:error --skip-deprecated-logs --enable-core-dump --file-flush-min-size-kb 8 --concurrency 2',
  );
  t.match(flags, {
    verb: 'run',
    mode: 'serve',
    configPath: 'etc/istio/proxy/envoy-rev.json',
    drainMs: 45_000,
    drainStrategy: 'immediate',
    fileFlushMs: 1000,
    logLevel: 'warning',
    componentLogLevel: [['misc', 'error']],
    allowUnknownStaticFields: true,
    concurrency: 2,
  });
  t.end();
});

t.test('every flag parses in both forms', (t) => {
  for (const [name, spec] of Object.entries(FLAGS)) {
    const value = 'oneOf' in spec ? spec.oneOf[0] : spec.kind === 'count' ? '1' : name === 'log-level' ? 'info' : 'a:info';
    const forms = spec.kind === 'switch' ? [[`--${name}`]] : [[`--${name}`, value], [`--${name}=${value}`]];
    for (const form of forms)
      t.same(
        errorsOf('-c', 'x.yaml', ...form).filter((e) => !e.includes('twice')),
        [],
        form.join(' '),
      );
  }
  t.end();
});

t.test('defaults are those of Envoy, but for one worker', (t) => {
  t.match(flagsOf('--config-yaml {}'), {
    concurrency: 1,
    drainMs: 600_000,
    fileFlushMs: 10_000,
    logLevel: 'info',
    drainStrategy: 'gradual',
  });
  t.equal(flagsOf('--config-yaml {} -l warn').logLevel, 'warning');
  t.equal(flagsOf('--config-yaml {} --concurrency 0').concurrency, 1);
  t.end();
});

t.test('validate is a command and a mode', (t) => {
  t.equal(flagsOf('--mode validate -c a').verb, 'validate');
  t.equal(flagsOf('--mode=validate -c a').verb, 'validate');
  t.match(flagsOf('validate -c a'), { verb: 'validate', mode: 'validate' });
  t.equal(flagsOf('run -c a').verb, 'run');
  t.equal(flagsOf('-c a --mode init_only').mode, 'init_only');
  t.end();
});

t.test('help and version need no configuration', (t) => {
  t.equal(flagsOf('--help').verb, 'help');
  t.equal(flagsOf('-h').verb, 'help');
  t.equal(flagsOf('help').verb, 'help');
  t.equal(flagsOf('--version').verb, 'version');
  t.equal(flagsOf('version').verb, 'version');
  t.end();
});

t.test('every mistake is reported, with what was meant', (t) => {
  t.same(errorsOf('-c', 'a', '--concurency', '2'), ['unknown flag --concurency; did you mean --concurrency?']);
  t.same(errorsOf('-c', 'a', '--zzz'), ['unknown flag --zzz; outrigger --help lists all flags']);
  t.same(errorsOf('-c', 'a', '--mode', 'valdate'), [
    '--mode is one of serve, validate, init_only, not "valdate"; did you mean "validate"?',
  ]);
  t.same(errorsOf('-c', 'a', '--concurrency', 'many'), ['--concurrency needs a whole number, not "many"']);
  t.same(errorsOf('-c'), ['--config-path needs a value']);
  t.same(errorsOf('-c', 'a', '-c', 'b'), ['--config-path is given twice']);
  t.same(errorsOf('-c', 'a', '--disable-hot-restart=yes'), ['--disable-hot-restart takes no value']);
  t.match(errorsOf('-c', 'a', '-l', 'loud')[0], /"loud" is no level; levels are trace/);
  t.match(errorsOf('-c', 'a', '--component-log-level', 'upstream')[0], /is not component:level/);
  t.match(errorsOf()[0], /no configuration; give a file with -c/);
  t.match(errorsOf('envoy.yaml')[0], /to run this file: outrigger -c envoy.yaml/);
  t.same(errorsOf('vaildate', '-c', 'a'), ['unknown command "vaildate"; did you mean "validate"?']);
  t.end();
});
