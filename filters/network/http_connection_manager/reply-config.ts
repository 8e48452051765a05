/** LocalReplyConfig → ReplyRewriter. */
import type { Message } from '../../../src/api/index.ts';
import type { Problems } from '../../../src/base/errors.ts';
import type { RuntimeValues } from '../../../src/base/runtime-values.ts';
import { type ReplyFormat, type ReplyMapper, ReplyRewriter } from '../../../src/http/conn-manager/reply-rewriter.ts';
import { constantField } from '../../../src/http/field-pool.ts';
import { CONTENT_TYPE } from '../../../src/http/header-name.ts';
import { compileLevel } from '../../../src/http/routing/mutations.ts';
import { compileSubstitutionFormat, formatNames, readSource } from '../../../src/http/substitution-format.ts';
import type { FormatNames } from '../../../src/telemetry/format/kind.ts';
import { compileLogFilter } from '../../../src/upstream/compile-log-filter.ts';

type Config = Message<'envoy.extensions.filters.network.http_connection_manager.v3.LocalReplyConfig'>;
type Mapper = Message<'envoy.extensions.filters.network.http_connection_manager.v3.ResponseMapper'>;
type Format = Message<'envoy.config.core.v3.SubstitutionFormatString'>;

/** Null when there is nothing to rewrite, or after a problem. `environment`: what formats may mention. */
export function compileReplies(
  config: Config | undefined,
  environment: Readonly<Record<string, string | undefined>>,
  values: RuntimeValues,
  problems: Problems,
): ReplyRewriter | null {
  if (config === undefined) return null;
  const names = formatNames(environment);
  const mappers: ReplyMapper[] = [];
  config.mappers.forEach((mapper, i) => {
    const compiled = compileMapper(mapper, names, values, problems.at('mappers').at(i));
    if (compiled !== null) mappers.push(compiled);
  });
  const format = compileReplyFormat(config.bodyFormat, names, problems.at('body_format'));
  return mappers.length === 0 && format === null ? null : new ReplyRewriter(mappers, format);
}

function compileMapper(message: Mapper, names: FormatNames, values: RuntimeValues, problems: Problems): ReplyMapper | null {
  if (message.filter === undefined) {
    problems.add('missing', 'filter is required');
    return null;
  }
  const filter = compileLogFilter(message.filter, problems.at('filter'), values);
  const status = message.statusCode ?? 0;
  if (message.statusCode !== undefined && (status < 200 || status >= 600)) {
    problems.at('status_code').add('bad_value', `${status} is no status of an answer`, 'between 200 and 599');
  }
  const bytes = message.body === undefined ? null : readSource(message.body, problems.at('body'), names);
  const headers = compileLevel(message.headersToAdd, [], 'headers', names, problems);
  const format = compileReplyFormat(message.bodyFormatOverride, names, problems.at('body_format_override'));
  return filter === null ? null : { filter, status, body: bytes, headers, format };
}

function compileReplyFormat(message: Format | undefined, names: FormatNames, problems: Problems): ReplyFormat | null {
  if (message === undefined) return null;
  const formatter = compileSubstitutionFormat(message, problems, names);
  if (formatter === null) return null;
  const json = message.format.case === 'jsonFormat';
  const contentType = message.contentType || (json ? 'application/json' : 'text/plain');
  return { formatter, contentType: constantField(CONTENT_TYPE, contentType), json };
}
