/** `access_log` of whatever has one (a listener, a connection manager, a TCP proxy): filter, format and sink of each. */
import { type AnyMessage, type Message, openAny } from '../api/index.ts';
import { ConfigError } from '../base/errors.ts';
import type { AccessLog } from '../telemetry/access-log.ts';
import { compileLogFilter } from './compile-log-filter.ts';
import type { AccessLoggerDefinition, FactoryContext } from './factory-context.ts';
import { FilteredLog } from './log-filter.ts';

/** `context.problems` stands at the list (`access_log`). Logs that were refused are left out; the problems say which. */
export function compileAccessLogs(
  messages: readonly Message<'envoy.config.accesslog.v3.AccessLog'>[],
  context: FactoryContext,
): readonly AccessLog[] {
  const logs: AccessLog[] = [];
  for (let i = 0; i < messages.length; i++) {
    const message = messages[i] as Message<'envoy.config.accesslog.v3.AccessLog'>;
    const at = context.problems.at(i);
    const config = message.configType.value;
    if (config === undefined) {
      at.add('missing', `access log ${JSON.stringify(message.name)} needs a typed_config`);
      continue;
    }
    const here = context.at(at.at('typed_config'));
    try {
      const opened = openAny(config);
      const log = opened.kind === 'message' ? compileOne(opened.message, here) : unknown(opened.typeName, here);
      const filter = message.filter === undefined ? null : compileLogFilter(message.filter, at.at('filter'), context.runtimeValues);
      if (log === null || (filter === null && message.filter !== undefined)) continue;
      logs.push(filter === null ? log : new FilteredLog(log, filter));
    } catch (error) {
      if (!(error instanceof ConfigError)) {
        // biome-ignore lint/plugin: configuration time, and no error of ours
        throw error;
      }
      for (const problem of error.problems) here.problems.add(problem.code, problem.message, problem.hint);
    }
  }
  return logs;
}

function compileOne(message: AnyMessage, context: FactoryContext): AccessLog | null {
  const found = context.registry.find('access_logger', message.$typeName) as AccessLoggerDefinition | null;
  if (found === null) return unknown(message.$typeName, context);
  return found.compile(message as never, context);
}

function unknown(typeName: string, context: FactoryContext): null {
  context.problems.add('unknown_type', `no access logger is registered for ${typeName || 'an empty type URL'}`);
  return null;
}
