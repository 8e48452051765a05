/** envoy.config.route.v3.DirectResponseAction, compiled. */
import { readFileSync } from 'node:fs';
import { type Message, refuseOthers } from '../../api/index.ts';
import type { Problems } from '../../base/errors.ts';
import type { Formatter } from '../../telemetry/format/compile.ts';
import type { FormatNames } from '../../telemetry/format/kind.ts';
import type { StreamInfo } from '../../telemetry/stream-info.ts';
import { constantField } from '../field-pool.ts';
import { CONTENT_TYPE } from '../header-name.ts';
import type { Field, Headers } from '../headers.ts';
import type { BodyFormat, DirectResponseEntry } from '../route.ts';
import { compileSubstitutionFormat } from '../substitution-format.ts';
import { formatRequest } from './message-entry.ts';

const HONOURED = new Set(['status', 'body', 'body_format']);

class FormattedBody implements BodyFormat {
  readonly contentType: Field;
  private readonly format: Formatter;
  /** What `%LOCAL_REPLY_BODY%` prints, a byte string. */
  private readonly given: string;

  constructor(format: Formatter, contentType: Field, given: string) {
    this.contentType = contentType;
    this.format = format;
    this.given = given;
  }

  body(headers: Headers, info: StreamInfo): string {
    return Buffer.from(formatRequest(this.format, headers, info, this.given), 'latin1').toString('utf8');
  }
}

/** Null when the body cannot be read or is longer than `limit` bytes, or its format was refused. */
export function compileDirectResponse(
  message: Message<'envoy.config.route.v3.DirectResponseAction'>,
  limit: number,
  names: FormatNames,
  problems: Problems,
): DirectResponseEntry | null {
  refuseOthers(message, HONOURED, problems);
  const body = message.body === undefined ? Buffer.alloc(0) : read(message.body, names, problems.at('body'));
  if (body === null) return null;
  if (body.length > limit) {
    problems
      .at('body')
      .add('bad_value', `the body has ${body.length} bytes, at most ${limit} are allowed`, 'see max_direct_response_body_size_bytes');
    return null;
  }
  const text = body.toString('utf8');
  if (!Buffer.from(text, 'utf8').equals(body)) {
    problems.at('body').add('unsupported', 'bodies that are not UTF-8 are not supported');
    return null;
  }
  const { bodyFormat } = message;
  let format: BodyFormat | null = null;
  if (bodyFormat !== undefined) {
    const compiled = compileSubstitutionFormat(bodyFormat, problems.at('body_format'), names);
    if (compiled === null) return null;
    const type = bodyFormat.contentType || (bodyFormat.format.case === 'jsonFormat' ? 'application/json' : 'text/plain');
    format = new FormattedBody(compiled, constantField(CONTENT_TYPE, type), body.toString('latin1'));
  }
  return Object.freeze({ kind: 'direct_response', status: message.status, body: text, format });
}

function read(source: Message<'envoy.config.core.v3.DataSource'>, names: FormatNames, problems: Problems): Buffer | null {
  refuseOthers(source, SOURCES, problems);
  const { specifier } = source;
  switch (specifier.case) {
    case 'inlineString':
      return Buffer.from(specifier.value, 'utf8');
    case 'inlineBytes':
      return Buffer.from(specifier.value);
    case 'filename':
      try {
        return readFileSync(specifier.value);
      } catch (error) {
        problems.at('filename').add('io', error instanceof Error ? error.message : String(error));
        return null;
      }
    case 'environmentVariable': {
      const value = names.environment(specifier.value);
      if (value === undefined) problems.at('environment_variable').add('unresolved', `there is no variable ${specifier.value}`);
      return value === undefined ? null : Buffer.from(value, 'utf8');
    }
    default:
      return Buffer.alloc(0);
  }
}

/** `watched_directory` would exchange the body of a running proxy. */
const SOURCES = new Set(['inline_string', 'inline_bytes', 'filename', 'environment_variable']);
