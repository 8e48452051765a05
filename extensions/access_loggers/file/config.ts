import { defaultFormat, openLineLog } from '../../../filters/common/access_log/line-log.ts';
import type { Message } from '../../../src/api/index.ts';
import { compileSubstitutionFormat, formatNames } from '../../../src/http/substitution-format.ts';
import type { AccessLog } from '../../../src/telemetry/access-log.ts';
import { compileFormat, type Formatter } from '../../../src/telemetry/format/compile.ts';
import { compileJsonFormat } from '../../../src/telemetry/format/json-format.ts';
import type { FactoryContext } from '../../../src/upstream/factory-context.ts';

type FileAccessLog = Message<'envoy.extensions.access_loggers.file.v3.FileAccessLog'>;

export function compile(message: FileAccessLog, context: FactoryContext): AccessLog | null {
  const at = context.problems.at('path');
  if (message.path === '') at.add('missing', 'an access log needs a path');
  const formatter = formatOf(message, context);
  if (formatter === null || message.path === '') return null;
  return openLineLog(message.path, formatter, context, at);
}

/** The three fields beside `log_format` are deprecated in the API and still in use. */
function formatOf({ accessLogFormat: format }: FileAccessLog, context: FactoryContext): Formatter | null {
  const { problems } = context;
  const names = formatNames(context.options.environment);
  switch (format.case) {
    case 'logFormat':
      return compileSubstitutionFormat(format.value, problems.at('log_format'), names);
    case 'format':
      return format.value === '' ? defaultFormat(context) : compileFormat(format.value, problems.at('format'), names);
    case 'jsonFormat':
      return compileJsonFormat(format.value, problems.at('json_format'), names);
    case 'typedJsonFormat':
      return compileJsonFormat(format.value, problems.at('typed_json_format'), names);
    case undefined:
      return defaultFormat(context);
  }
}
