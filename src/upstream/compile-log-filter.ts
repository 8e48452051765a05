/** envoy.config.accesslog.v3.AccessLogFilter → `LogFilter`. */
import {
  envoy_type_v3_FractionalPercent_DenominatorType as Denominator,
  type Message,
  envoy_config_accesslog_v3_ComparisonFilter_Op as Op,
} from '../api/index.ts';
import type { Problems } from '../base/errors.ts';
import { NO_RUNTIME_VALUES, RuntimeInteger, type RuntimeValues } from '../base/runtime-values.ts';
import { GRPC_STATUS } from '../http/header-name.ts';
import { compileHeaderMatchers } from '../http/routing/header-match.ts';
import { compileValueMatcher } from '../http/routing/value-match.ts';
import { FLAG_SHORT } from '../telemetry/response-flags.ts';
import {
  AllOf,
  AnyOf,
  AT_LEAST,
  AT_MOST,
  type Comparison,
  DurationFilter,
  EQUAL,
  EveryStream,
  FlagFilter,
  GrpcStatusFilter,
  HeaderFilter,
  type LogFilter,
  LogTypeFilter,
  MetadataFilter,
  NOT_EQUAL,
  SampleFilter,
  StatusCodeFilter,
} from './log-filter.ts';

type Filter = Message<'envoy.config.accesslog.v3.AccessLogFilter'>;
type Compared = Message<'envoy.config.accesslog.v3.ComparisonFilter'>;

/** Null when it cannot be honoured; the problems say why. `problems` stands at the filter. */
export function compileLogFilter(message: Filter, problems: Problems, values: RuntimeValues = NO_RUNTIME_VALUES): LogFilter | null {
  const { filterSpecifier: filter } = message;
  switch (filter.case) {
    case 'statusCodeFilter':
      return compared(filter.value.comparison, problems.at('status_code_filter'), values, (op, value) => new StatusCodeFilter(op, value));
    case 'durationFilter':
      return compared(filter.value.comparison, problems.at('duration_filter'), values, (op, value) => new DurationFilter(op, value));
    case 'notHealthCheckFilter':
      return new EveryStream();
    case 'runtimeFilter': {
      const { percentSampled, runtimeKey, useIndependentRandomness } = filter.value;
      const denominator = DENOMINATORS[percentSampled?.denominator ?? Denominator.HUNDRED] ?? 100;
      const numerator = new RuntimeInteger(values, runtimeKey, percentSampled?.numerator ?? 0);
      return new SampleFilter(numerator, denominator, !useIndependentRandomness);
    }
    case 'andFilter':
      return several(filter.value.filters, problems.at('and_filter').at('filters'), values, (filters) => new AllOf(filters));
    case 'orFilter':
      return several(filter.value.filters, problems.at('or_filter').at('filters'), values, (filters) => new AnyOf(filters));
    case 'headerFilter': {
      const at = problems.at('header_filter');
      if (filter.value.header === undefined) return missing(at, 'header');
      const [test] = compileHeaderMatchers([filter.value.header], at.at('header'));
      return test === undefined ? null : new HeaderFilter(test);
    }
    case 'responseFlagFilter':
      return flags(filter.value.flags, problems.at('response_flag_filter').at('flags'));
    case 'grpcStatusFilter':
      return new GrpcStatusFilter(GRPC_STATUS, new Set<number>(filter.value.statuses), filter.value.exclude);
    case 'logTypeFilter': {
      const { types, exclude } = filter.value;
      return new LogTypeFilter(new Set<number>(types), exclude);
    }
    case 'metadataFilter':
      return metadata(filter.value, problems.at('metadata_filter').at('matcher'));
    case undefined:
      problems.add('missing', 'the filter is empty');
      return null;
    default:
      problems.add('unsupported', `${UNSUPPORTED[filter.case]} is not supported`);
      return null;
  }
}

const UNSUPPORTED = {
  traceableFilter: 'traceable_filter',
  extensionFilter: 'extension_filter',
} as const;

const DENOMINATORS: Readonly<Record<number, number>> = {
  [Denominator.HUNDRED]: 100,
  [Denominator.TEN_THOUSAND]: 10_000,
  [Denominator.MILLION]: 1_000_000,
};

const COMPARISONS: Readonly<Record<number, Comparison>> = { [Op.EQ]: EQUAL, [Op.GE]: AT_LEAST, [Op.LE]: AT_MOST, [Op.NE]: NOT_EQUAL };

function compared(
  message: Compared | undefined,
  problems: Problems,
  values: RuntimeValues,
  make: (op: Comparison, value: RuntimeInteger) => LogFilter,
): LogFilter | null {
  if (message?.value === undefined) return missing(problems, message === undefined ? 'comparison' : 'value');
  const op = COMPARISONS[message.op];
  if (op !== undefined) return make(op, new RuntimeInteger(values, message.value.runtimeKey, message.value.defaultValue));
  problems.at('comparison').add('bad_enum', 'there is no such comparison');
  return null;
}

/** `invert` means nothing here, in Envoy either. */
function metadata(message: Message<'envoy.config.accesslog.v3.MetadataFilter'>, problems: Problems): LogFilter | null {
  const { matcher, matchIfKeyNotFound = true } = message;
  if (matcher === undefined) return matchIfKeyNotFound ? new EveryStream() : new AnyOf([]);
  if (matcher.value === undefined) return missing(problems, 'value');
  const value = compileValueMatcher(matcher.value, problems.at('value'));
  const path = matcher.path.map(({ segment }) => (segment.case === 'key' ? segment.value : ''));
  return value === null ? null : new MetadataFilter(matcher.filter, path, value, matchIfKeyNotFound);
}

function missing(problems: Problems, field: string): null {
  problems.add('missing', `${field} is required`);
  return null;
}

function several(
  messages: readonly Filter[],
  problems: Problems,
  values: RuntimeValues,
  make: (filters: readonly LogFilter[]) => LogFilter,
): LogFilter | null {
  const filters: LogFilter[] = [];
  messages.forEach((message, i) => {
    const filter = compileLogFilter(message, problems.at(i), values);
    if (filter !== null) filters.push(filter);
  });
  return filters.length === messages.length ? make(filters) : null;
}

function flags(names: readonly string[], problems: Problems): LogFilter | null {
  let mask = 0;
  let failed = false;
  names.forEach((name, i) => {
    const known = FLAG_SHORT.find(([, short]) => short === name);
    if (known !== undefined) {
      mask |= known[0];
      return;
    }
    failed = true;
    problems.at(i).add('unsupported', `the response flag ${JSON.stringify(name)} is not supported`);
  });
  if (failed) return null;
  return new FlagFilter(names.length === 0 ? -1 : mask);
}
