/** envoy.config.route.v3.RouteAction → where a request goes and how. */
import { type Duration, type Message, milliseconds, refuseOthers } from '../../api/index.ts';
import type { Problems } from '../../base/errors.ts';
import { compileFormat } from '../../telemetry/format/compile.ts';
import type { FormatNames } from '../../telemetry/format/kind.ts';
import { pinName } from '../header-name.ts';
import type { RequestMirror, RequestRewrite, StreamDuration } from '../route.ts';
import { formatNames } from '../substitution-format.ts';
import { ruleFor, type UpgradeRule } from '../upgrade.ts';
import { type ForwardSettings, ForwardTo } from './cluster-choice.ts';
import type { RouteContext } from './context.ts';
import { compileHash } from './hash-policy.ts';
import { compileMirrors } from './mirror.ts';
import { PATH_TEMPLATE, type PathTest } from './path-match.ts';
import { compileSubstitution } from './regex-substitution.ts';
import { FormatRewrite, type HostRewrite, type PathRewrite, PrefixRewrite, RegexRewrite, Rewrite } from './rewrite.ts';
import { compileTemplateRewrite } from './uri-template.ts';

export type ForwardMessage = Message<'envoy.config.route.v3.RouteAction'>;

export interface Forward {
  readonly message: ForwardMessage;
  readonly settings: ForwardSettings;
  /** Null when `weights` decide. */
  readonly action: ForwardTo | null;
  readonly weights: Message<'envoy.config.route.v3.WeightedCluster'> | null;
}

const HONOURED = new Set([
  'cluster',
  'cluster_header',
  'weighted_clusters',
  'cluster_not_found_response_code',
  'prefix_rewrite',
  'regex_rewrite',
  'path_rewrite_policy',
  'path_rewrite',
  'host_rewrite_literal',
  'host_rewrite_header',
  'host_rewrite_path_regex',
  'host_rewrite',
  'auto_host_rewrite',
  'append_x_forwarded_host',
  'timeout',
  'idle_timeout',
  'priority',
  'retry_policy',
  'max_grpc_timeout',
  'grpc_timeout_offset',
  'max_stream_duration',
  'upgrade_configs',
  'hash_policy',
  'request_mirror_policies',
]);

const UPGRADE = new Set(['upgrade_type', 'enabled', 'connect_config']);

const MAX_STREAM = new Set(['max_stream_duration', 'grpc_timeout_header_max', 'grpc_timeout_header_offset']);

/** What the levels above say of retries. */
export interface RetryDefaults {
  /** Of the virtual host; null: none. */
  readonly policy: object | null;
  /** Bytes; -1: not set. */
  readonly replayLimit: number;
}

/** Statuses by number of ClusterNotFoundResponseCode. */
const NOT_FOUND_STATUS = [503, 404, 500];

export const DEFAULT_TIMEOUT_MS = 15_000;

/** Null when no cluster can be chosen; the problem is reported. */
export function compileForward(
  message: ForwardMessage,
  path: PathTest,
  validateClusters: boolean,
  retry: RetryDefaults,
  mirrors: readonly RequestMirror[] | null,
  context: RouteContext,
  problems: Problems,
): Forward | null {
  refuseOthers(message, HONOURED, problems);
  const maxStream = compileMaxStream(message.maxStreamDuration, problems.at('max_stream_duration'));
  const settings: ForwardSettings = {
    clusterNotFoundStatus: NOT_FOUND_STATUS[message.clusterNotFoundResponseCode] ?? 503,
    // The newer limits replace the older ones altogether.
    timeoutMs: maxStream === null ? (milliseconds(message.timeout) ?? DEFAULT_TIMEOUT_MS) : 0,
    maxGrpcTimeoutMs: maxStream === null ? wholeMs(message.maxGrpcTimeout, -1) : -1,
    grpcTimeoutOffsetMs: wholeMs(message.grpcTimeoutOffset, 0),
    maxStream,
    idleTimeoutMs: milliseconds(message.idleTimeout) ?? -1,
    rewrite: compileRewrite(message, path, '', context, problems),
    autoHost: message.hostRewriteSpecifier.case === 'autoHostRewrite' && message.hostRewriteSpecifier.value.value,
    appendForwardedHost: message.appendXForwardedHost,
    hash: compileHash(message.hashPolicy, problems.at('hash_policy')),
    highPriority: message.priority === 1,
    retryPolicy: message.retryPolicy === undefined ? retry.policy : context.retryPolicy(message.retryPolicy, problems.at('retry_policy')),
    replayLimit: retry.replayLimit,
    upgrades: compileUpgrades(message.upgradeConfigs, problems.at('upgrade_configs')),
    mirrors: compileMirrors(message.requestMirrorPolicies, validateClusters, context, problems.at('request_mirror_policies')) ?? mirrors,
  };
  const { clusterSpecifier } = message;
  switch (clusterSpecifier.case) {
    case 'cluster': {
      const name = clusterSpecifier.value;
      if (validateClusters && !context.knownCluster(name)) {
        problems.at('cluster').add('unresolved', `route: unknown cluster '${name}'`);
      }
      return { message, settings, weights: null, action: new ForwardTo(settings, settings.rewrite, context.cluster(name), null, null) };
    }
    case 'clusterHeader':
      return {
        message,
        settings,
        weights: null,
        action: new ForwardTo(settings, settings.rewrite, null, pinName(clusterSpecifier.value), context),
      };
    case 'weightedClusters':
      return { message, settings, weights: clusterSpecifier.value, action: null };
    case undefined:
      problems.add('missing', 'one of cluster, cluster_header, weighted_clusters is required');
      return null;
    default:
      return null;
  }
}

function compileUpgrades(messages: ForwardMessage['upgradeConfigs'], problems: Problems): readonly UpgradeRule[] {
  const rules: UpgradeRule[] = [];
  messages.forEach((message, i) => {
    const at = problems.at(i);
    refuseOthers(message, UPGRADE, at);
    const type = message.upgradeType.toLowerCase();
    const { connectConfig } = message;
    if (connectConfig !== undefined) {
      const here = at.at('connect_config');
      refuseOthers(connectConfig, new Set(), here);
      if (type !== 'connect') here.add('bad_value', `only CONNECT can have a connect_config, not ${message.upgradeType}`);
    }
    if (ruleFor(rules, type) !== null) at.at('upgrade_type').add('duplicate', `two upgrade configs are for ${type}`);
    else rules.push({ type, enabled: message.enabled ?? true, terminate: connectConfig !== undefined });
  });
  return rules;
}

/** Null when there is none. */
function compileMaxStream(message: ForwardMessage['maxStreamDuration'], problems: Problems): StreamDuration | null {
  if (message === undefined) return null;
  refuseOthers(message, MAX_STREAM, problems);
  return {
    durationMs: wholeMs(message.maxStreamDuration, -1),
    grpcMaxMs: wholeMs(message.grpcTimeoutHeaderMax, -1),
    grpcOffsetMs: wholeMs(message.grpcTimeoutHeaderOffset, 0),
  };
}

function wholeMs(duration: Duration | undefined, absent: number): number {
  return duration === undefined ? absent : Math.floor(milliseconds(duration));
}

/** Null when neither the path nor the authority changes, or the problem was reported. `weightHost`: of a weighted cluster, '' for none. */
export function compileRewrite(
  message: ForwardMessage,
  path: PathTest,
  weightHost: string,
  context: RouteContext,
  problems: Problems,
): RequestRewrite | null {
  const names = formatNames(context.environment);
  const ofPath = compilePathRewrite(message, path, names, problems);
  const host = compileHostRewrite(message, names, problems);
  const unchanged = host.literal === '' && host.header === null && host.ofPath === null && host.format === null;
  return ofPath === null && unchanged && weightHost === '' ? null : new Rewrite(ofPath, host, message.appendXForwardedHost, weightHost);
}

function compilePathRewrite(message: ForwardMessage, path: PathTest, names: FormatNames, problems: Problems): PathRewrite | null {
  const { prefixRewrite, regexRewrite, pathRewritePolicy, pathRewrite } = message;
  const given = [prefixRewrite !== '', regexRewrite !== undefined, pathRewritePolicy !== undefined, pathRewrite !== ''];
  if (given.filter((each) => each).length > 1) {
    const last = pathRewritePolicy !== undefined ? 'path_rewrite_policy' : pathRewrite !== '' ? 'path_rewrite' : 'regex_rewrite';
    problems.at(last).add('bad_value', 'only one of the rewrites of a path may be set');
  }
  if (pathRewritePolicy !== undefined) return compileTemplateRewrite(pathRewritePolicy, path, problems.at('path_rewrite_policy'));
  if (pathRewrite !== '') {
    const format = compileFormat(pathRewrite, problems.at('path_rewrite'), names, true);
    return format === null ? null : new FormatRewrite(format);
  }
  if (regexRewrite !== undefined) {
    const substitution = compileSubstitution(regexRewrite, problems.at('regex_rewrite'));
    return substitution === null ? null : new RegexRewrite(substitution);
  }
  if (prefixRewrite === '') return null;
  if (path.kind === PATH_TEMPLATE)
    problems.at('prefix_rewrite').add('bad_value', 'a path template matches no prefix', 'use path_rewrite_policy');
  return new PrefixRewrite(path, prefixRewrite);
}

function compileHostRewrite({ hostRewriteSpecifier: host }: ForwardMessage, names: FormatNames, problems: Problems): HostRewrite {
  return {
    literal: host.case === 'hostRewriteLiteral' ? host.value : '',
    header: host.case === 'hostRewriteHeader' ? pinName(host.value) : null,
    ofPath: host.case === 'hostRewritePathRegex' ? compileSubstitution(host.value, problems.at('host_rewrite_path_regex')) : null,
    format: host.case === 'hostRewrite' ? compileFormat(host.value, problems.at('host_rewrite'), names) : null,
  };
}
