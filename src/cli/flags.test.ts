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
    const value =
      'oneOf' in spec
        ? spec.oneOf[0]
        : spec.kind === 'count'
          ? '1'
          : name === 'from' || name === 'to'
            ? ':1'
            : name === 'log-level'
              ? 'info'
              : 'a:info';
    const verb = 'only' in spec ? spec.only[0] : 'run';
    const alone = verb === 'wait' ? [] : ['-c', 'x.yaml'];
    const forms = spec.kind === 'switch' ? [[`--${name}`]] : [[`--${name}`, value], [`--${name}=${value}`]];
    for (const form of forms)
      t.same(
        errorsOf(verb, ...alone, ...form).filter((e) => !/twice|--from/.test(e)),
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

t.test('tags of stats may have colons in their values', (t) => {
  const tags = [
    { name: 'a', value: '' },
    { name: 'b', value: 'c:d' },
  ];
  t.same(flagsOf('-c a --stats-tag a: --stats-tag b:c:d').statsTags, tags);
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

t.test('pairs of addresses stand for a configuration', (t) => {
  t.match(flagsOf('run --from :8080 --to :3000 --from 0.0.0.0:0 --to http://web.test:80/').pairs, [
    { from: { host: '127.0.0.1', port: 8080 }, to: { host: '127.0.0.1', port: 3000 } },
    { from: { host: '0.0.0.0', port: 0 }, to: { host: 'web.test', port: 80 } },
  ]);
  t.match(flagsOf('--from 8080 --to localhost:3000').verb, 'run');
  t.match(flagsOf('--from [::1]:8080 --to [::1]:3000').pairs, [{ from: { host: '::1' }, to: { host: '::1', port: 3000 } }]);
  t.match(errorsOf('--from', ':1')[0], /each --from goes with one --to; --from :1 has no --to/);
  t.match(errorsOf('--to', ':1')[0], /each --from goes with one --to; --to :1 has no --from/);
  t.match(errorsOf('--from', ':1', '--to', 'https://web.test')[0], /^--to https:\/\/web\.test: TLS to a service .*UpstreamTlsContext/);
  t.match(errorsOf('--from', 'https://:1', '--to', ':2')[0], /^--from https:\/\/:1: certificates .*DownstreamTlsContext/);
  t.match(errorsOf('--from', ':1', '--to', 'tcp://web.test:1')[0], /only http is spoken here/);
  t.match(errorsOf('--from', ':1', '--to', 'web.test')[0], /a port is needed, e\.g\. web\.test:3000/);
  t.match(errorsOf('--from', ':1', '--to', 'http://web.test:80/x')[0], /a path cannot be given here; write web\.test:80/);
  t.match(errorsOf('--from', ':1', '--to', ':0')[0], /name the port/);
  t.match(errorsOf('--from', ':70000', '--to', ':1')[0], /ports end at 65535/);
  t.match(errorsOf('--from', ':1', '--to', ':2', '-c', 'x.yaml')[0], /leave them or -c out/);
  t.end();
});

t.test('what stands behind "--" is a program with its own flags', (t) => {
  t.match(flagsOf('run -c a -- npm test -- --help -c'), { verb: 'run', configPath: 'a', command: ['npm', 'test', '--', '--help', '-c'] });
  t.match(flagsOf('--from :1 --to :2 -- make').command, ['make']);
  t.match(errorsOf('run', '-c', 'a', '--')[0], /a program is needed after "--"/);
  t.match(errorsOf('validate', '-c', 'a', '--', 'x')[0], /validate runs no program/);
  t.match(errorsOf('run', '-c', 'a', 'npm', 'test')[0], /unexpected "npm" after "run"; a program to run stands behind "--"/);
  t.end();
});

t.test('a flag for another command is refused', (t) => {
  t.same(errorsOf('run', '-c', 'a', '--timeout', '1'), ['--timeout is for outrigger wait, not for run']);
  t.same(errorsOf('wait', '-c', 'a'), ['--config-path is for outrigger run and validate, not for wait']);
  t.match(flagsOf('wait :15000 --timeout 3'), { verb: 'wait', url: ':15000', timeoutMs: 3000 });
  t.match(flagsOf('validate a.yaml -c b.yaml c.json').files, ['b.yaml', 'a.yaml', 'c.json']);
  t.match(errorsOf('--watch', '--config-yaml', '{}')[0], /--watch needs a file/);
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
  t.match(errorsOf('-c', 'a', '--stats-tag', 'x'), [/"x" is not name:value/]);
  t.match(errorsOf('-c', 'a', '--stats-tag', 'fo.o:b'), [/"fo.o:b" is not name:value/]);
  t.match(errorsOf()[0], /no configuration; give a file with -c/);
  t.match(errorsOf('envoy.yaml')[0], /to run this file: outrigger -c envoy.yaml/);
  t.same(errorsOf('vaildate', '-c', 'a'), ['unknown command "vaildate"; did you mean "validate"?']);
  t.end();
});
