/** envoy.config.route.v3.DirectResponseAction, compiled. */
import { readFileSync } from 'node:fs';
import { type Message, refuseOthers } from '../../api/index.ts';
import type { Problems } from '../../base/errors.ts';
import type { DirectResponseEntry } from '../route.ts';

const HONOURED = new Set(['status', 'body']);

/** Null when the body cannot be read or is longer than `limit` bytes. */
export function compileDirectResponse(
  message: Message<'envoy.config.route.v3.DirectResponseAction'>,
  limit: number,
  problems: Problems,
): DirectResponseEntry | null {
  refuseOthers(message, HONOURED, problems);
  const body = message.body === undefined ? Buffer.alloc(0) : read(message.body, problems.at('body'));
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
  return Object.freeze({ kind: 'direct_response', status: message.status, body: text });
}

function read(source: Message<'envoy.config.core.v3.DataSource'>, problems: Problems): Buffer | null {
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
      problems.at('environment_variable').add('unsupported', 'bodies are not read from the environment', 'use inline_string or filename');
      return null;
    }
    default:
      return Buffer.alloc(0);
  }
}
