/** envoy.config.core.v3.SubstitutionFormatString → a compiled format: access logs, local replies, direct responses. Configuration time. */
import { readFileSync } from 'node:fs';
import { type Message, typeNameOf } from '../api/index.ts';
import type { Problems } from '../base/errors.ts';
import { compileFormat, type Formatter } from '../telemetry/format/compile.ts';
import { compileJsonFormat } from '../telemetry/format/json-format.ts';
import type { FormatNames } from '../telemetry/format/kind.ts';
import { pinName } from './header-name.ts';

/** Formats read headers by pinned names, and variables of the given environment. */
export function formatNames(environment: Readonly<Record<string, string | undefined>> = {}): FormatNames {
  return { header: pinName, environment: (name) => (Object.hasOwn(environment, name) ? environment[name] : undefined) };
}

/** Null when it cannot be honoured; `problems` stands at the message and says why. */
export function compileSubstitutionFormat(
  message: Message<'envoy.config.core.v3.SubstitutionFormatString'>,
  problems: Problems,
  names: FormatNames,
): Formatter | null {
  const all = { ...names, extra: extraOperators(message.formatters, problems.at('formatters'), names.extra) };
  const { format } = message;
  switch (format.case) {
    case 'textFormat':
      return compileFormat(format.value, problems.at('text_format'), all, message.omitEmptyValues);
    case 'jsonFormat':
      return compileJsonFormat(format.value, problems.at('json_format'), all, message.omitEmptyValues);
    case 'textFormatSource': {
      const at = problems.at('text_format_source');
      const text = readSource(format.value, at, names);
      return text === null ? null : compileFormat(text, at, all, message.omitEmptyValues);
    }
    case undefined:
      problems.add('missing', 'the format is empty');
      return null;
  }
}

/** Operators that the configured formatters add. Metadata is built in here, as it is in Envoy. */
const FORMATTERS: Readonly<Record<string, readonly string[]>> = {
  'envoy.extensions.formatter.req_without_query.v3.ReqWithoutQuery': ['REQ_WITHOUT_QUERY'],
  'envoy.extensions.formatter.metadata.v3.Metadata': [],
};

function extraOperators(
  formatters: readonly Message<'envoy.config.core.v3.TypedExtensionConfig'>[],
  problems: Problems,
  before: ReadonlySet<string> = new Set(),
): ReadonlySet<string> {
  const operators = new Set(before);
  formatters.forEach((formatter, i) => {
    const type = typeNameOf(formatter.typedConfig?.typeUrl ?? '');
    if (Object.hasOwn(FORMATTERS, type)) for (const operator of FORMATTERS[type] ?? []) operators.add(operator);
    else problems.at(i).add('unsupported', `the formatter ${JSON.stringify(formatter.name)} (${type || 'no type'}) is not supported`);
  });
  return operators;
}

/** Text of a source; null after a problem. */
export function readSource(message: Message<'envoy.config.core.v3.DataSource'>, problems: Problems, names: FormatNames): string | null {
  const { specifier } = message;
  switch (specifier.case) {
    case 'inlineString':
      return specifier.value;
    case 'inlineBytes':
      return Buffer.from(specifier.value).toString();
    case 'environmentVariable': {
      const value = names.environment(specifier.value);
      if (value === undefined) problems.at('environment_variable').add('unresolved', `there is no variable ${specifier.value}`);
      return value ?? null;
    }
    case 'filename':
      try {
        return readFileSync(specifier.value, 'utf8');
      } catch (error) {
        problems.at('filename').add('io', error instanceof Error ? error.message : String(error));
        return null;
      }
    case undefined:
      problems.add('missing', 'the source is empty');
      return null;
  }
}
