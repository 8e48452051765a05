/** `header_key_format` of both sides of HTTP/1.1. */
import { isMessage, type Message, refuseOthers } from '../api/index.ts';
import type { Problems } from '../base/errors.ts';
import { type NameCase, type NameMemory, ProperCase } from '../http/name-case.ts';
import { openAt } from './open-any.ts';

type Format = Message<'envoy.config.core.v3.Http1ProtocolOptions.HeaderKeyFormat'>;

const PRESERVE = 'envoy.extensions.http.header_formatters.preserve_case.v3.PreserveCaseFormatterConfig';
const FIELDS = new Set(['forward_reason_phrase', 'formatter_type_on_envoy_headers']);
const PROPER_CASE = 1;

export interface NameCaseChoice {
  readonly nameCase: NameCase | null;
  readonly nameMemory: NameMemory | null;
}

const NONE: NameCaseChoice = { nameCase: null, nameMemory: null };

/** `problems` stands at the message. */
export function compileNameCase(format: Format | undefined, problems: Problems): NameCaseChoice {
  if (format === undefined) return NONE;
  const { headerFormat } = format;
  switch (headerFormat.case) {
    case 'properCaseWords':
      return { nameCase: new ProperCase(), nameMemory: null };
    case 'statefulFormatter':
      return { nameCase: null, nameMemory: compileMemory(headerFormat.value, problems.at('stateful_formatter').at('typed_config')) };
    default:
      problems.add('missing', 'one of proper_case_words, stateful_formatter is required');
      return NONE;
  }
}

function compileMemory(extension: Message<'envoy.config.core.v3.TypedExtensionConfig'>, problems: Problems): NameMemory | null {
  if (extension.typedConfig === undefined) {
    problems.add('missing', 'typed_config is required');
    return null;
  }
  const opened = openAt(extension.typedConfig, problems);
  if (opened === null) return null;
  if (opened.kind !== 'message' || !isMessage(opened.message, PRESERVE)) {
    problems.add('unknown_type', `no header formatter is registered for ${opened.typeName || 'an empty type URL'}`);
    return null;
  }
  refuseOthers(opened.message, FIELDS, problems);
  const { formatterTypeOnEnvoyHeaders, forwardReasonPhrase } = opened.message;
  return { others: formatterTypeOnEnvoyHeaders === PROPER_CASE ? new ProperCase() : null, reason: forwardReasonPhrase };
}
