import { defaultFormat, openLineLog } from '../../../filters/common/access_log/line-log.ts';
import type { Message } from '../../../src/api/index.ts';
import { compileSubstitutionFormat, formatNames } from '../../../src/http/substitution-format.ts';
import type { AccessLog } from '../../../src/telemetry/access-log.ts';
import type { FactoryContext } from '../../../src/upstream/factory-context.ts';

export function compile(
  message: Message<'envoy.extensions.access_loggers.stream.v3.StdoutAccessLog'>,
  context: FactoryContext,
): AccessLog | null {
  const { accessLogFormat: format } = message;
  const formatter =
    format.case === undefined
      ? defaultFormat(context)
      : compileSubstitutionFormat(format.value, context.problems.at('log_format'), formatNames(context.options.environment));
  return formatter === null ? null : openLineLog('/dev/stdout', formatter, context, context.problems);
}
