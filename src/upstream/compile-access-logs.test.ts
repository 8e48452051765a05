import t from 'tap';
import { FakeContext } from '../../test/support/factory-context.ts';
import { KeptLog } from '../../test/support/listener-doubles.ts';
import { fromJson, type JsonInput } from '../api/index.ts';
import { compileAccessLogs } from './compile-access-logs.ts';

const STDOUT = { '@type': 'type.googleapis.com/envoy.extensions.access_loggers.stream.v3.StdoutAccessLog' };

function compiled(...logs: { [key: string]: JsonInput }[]): { count: number; complaints: string[] } {
  const context = new FakeContext({ extensions: [new KeptLog().definition] });
  const messages = logs.map((log) => fromJson('envoy.config.accesslog.v3.AccessLog', log));
  const { length } = compileAccessLogs(messages, context.at(context.problems.at('access_log')));
  return { count: length, complaints: context.complaints };
}

t.test('every log that is registered is compiled, in order', (t) => {
  t.same(compiled({ name: 'a', typed_config: STDOUT }, { name: 'b', typed_config: STDOUT }), { count: 2, complaints: [] });
  t.same(compiled(), { count: 0, complaints: [] });
  t.end();
});

t.test('what cannot be is refused at its place, and all of it at once', (t) => {
  const { count, complaints } = compiled(
    { name: 'a' },
    { name: 'b', typed_config: { '@type': 'type.googleapis.com/envoy.extensions.access_loggers.grpc.v3.HttpGrpcAccessLogConfig' } },
    { name: 'c', typed_config: STDOUT, filter: { traceable_filter: {} } },
    { name: 'd', typed_config: STDOUT, filter: { not_health_check_filter: {} } },
  );
  t.equal(count, 1);
  t.same(complaints, [
    'access_log[0]: access log "a" needs a typed_config',
    'access_log[1].typed_config: no access logger is registered for envoy.extensions.access_loggers.grpc.v3.HttpGrpcAccessLogConfig',
    'access_log[2].filter: traceable_filter is not supported',
  ]);
  t.end();
});

t.test('bytes that are no such message are a problem and not an exception', (t) => {
  const context = new FakeContext({ extensions: [new KeptLog().definition] });
  const message = fromJson('envoy.config.accesslog.v3.AccessLog', { name: 'a', typed_config: STDOUT });
  if (message.configType.case === 'typedConfig') message.configType.value.value = new Uint8Array([0xff, 0xff]);
  t.equal(compileAccessLogs([message], context).length, 0);
  t.equal(context.problems.list[0]?.code, 'syntax');
  t.end();
});
