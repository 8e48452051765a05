/** envoy.config.route.v3.RouteAction → where a request goes and how. */
import { type Duration, type Message, milliseconds, refuseOthers } from '../../api/index.ts';
import type { Problems } from '../../base/errors.ts';
import { pinName } from '../header-name.ts';
import type { RequestRewrite, StreamDuration } from '../route.ts';
import { ruleFor, type UpgradeRule } from '../upgrade.ts';
import { type ForwardSettings, ForwardTo } from './cluster-choice.ts';
import type { RouteContext } from './context.ts';
import { compileHash } from './hash-policy.ts';
import type { PathTest } from './path-match.ts';
import { compileSubstitution } from './regex-substitution.ts';
import { type HostRewrite, type PathRewrite, PrefixRewrite, RegexRewrite, Rewrite } from './rewrite.ts';
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
  'host_rewrite_literal',
  'host_rewrite_header',
  'host_rewrite_path_regex',
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
    rewrite: compileRewrite(message, path, '', problems),
    autoHost: message.hostRewriteSpecifier.case === 'autoHostRewrite' && message.hostRewriteSpecifier.value.value,
    appendForwardedHost: message.appendXForwardedHost,
    hash: compileHash(message.hashPolicy, problems.at('hash_policy')),
    highPriority: message.priority === 1,
    retryPolicy: message.retryPolicy === undefined ? retry.policy : context.retryPolicy(message.retryPolicy, problems.at('retry_policy')),
    replayLimit: retry.replayLimit,
    upgrades: compileUpgrades(message.upgradeConfigs, problems.at('upgrade_configs')),
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
export function compileRewrite(message: ForwardMessage, path: PathTest, weightHost: string, problems: Problems): RequestRewrite | null {
  const ofPath = compilePathRewrite(message, path, problems);
  const host = compileHostRewrite(message, problems);
  const unchanged = host.literal === '' && host.header === null && host.ofPath === null;
  return ofPath === null && unchanged && weightHost === '' ? null : new Rewrite(ofPath, host, message.appendXForwardedHost, weightHost);
}

function compilePathRewrite(message: ForwardMessage, path: PathTest, problems: Problems): PathRewrite | null {
  const { prefixRewrite, regexRewrite, pathRewritePolicy } = message;
  if (pathRewritePolicy !== undefined) {
    const at = problems.at('path_rewrite_policy');
    if (prefixRewrite !== '' || regexRewrite !== undefined) at.add('bad_value', 'only one of the rewrites of a path may be set');
    return compileTemplateRewrite(pathRewritePolicy, path, at);
  }
  if (regexRewrite !== undefined) {
    const at = problems.at('regex_rewrite');
    if (prefixRewrite !== '') at.add('bad_value', 'only one of prefix_rewrite and regex_rewrite may be set');
    const substitution = compileSubstitution(regexRewrite, at);
    return substitution === null ? null : new RegexRewrite(substitution);
  }
  return prefixRewrite === '' ? null : new PrefixRewrite(path, prefixRewrite);
}

function compileHostRewrite({ hostRewriteSpecifier: host }: ForwardMessage, problems: Problems): HostRewrite {
  return {
    literal: host.case === 'hostRewriteLiteral' ? host.value : '',
    header: host.case === 'hostRewriteHeader' ? pinName(host.value) : null,
    ofPath: host.case === 'hostRewritePathRegex' ? compileSubstitution(host.value, problems.at('host_rewrite_path_regex')) : null,
  };
}
