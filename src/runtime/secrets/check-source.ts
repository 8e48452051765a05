/** Which config sources a secret may come from, checked where the secret is named. */
import { type Message, milliseconds, refuseOthers } from '../../api/index.ts';
import type { Problems } from '../../base/errors.ts';
import { fingerprint } from './file-reader.ts';

type ConfigSource = Message<'envoy.config.core.v3.ConfigSource'>;
type ApiConfigSource = Message<'envoy.config.core.v3.ApiConfigSource'>;

/** Static clusters by name, with the reason why discovery cannot use one, '' when it can. */
export type DiscoveryClusters = ReadonlyMap<string, string>;

/** Envoy's default (`ConfigSource.initial_fetch_timeout`). */
const INITIAL_FETCH_MS = 15_000;

const API_SOURCE = new Set([
  'api_type',
  'transport_api_version',
  'grpc_services',
  'set_node_on_first_message_only',
  'request_timeout',
  'refresh_delay',
]);
const GRPC_SERVICE = new Set(['envoy_grpc', 'timeout', 'initial_metadata']);
const ENVOY_GRPC = new Set(['cluster_name', 'authority', 'retry_policy']);
const GRPC = 2;

export interface SourceFacts {
  readonly clusters: DiscoveryClusters;
  /** The node says who asks: discovery by gRPC needs its id and its cluster. */
  readonly identified: boolean;
}

/** False after reporting why secrets cannot come from there. */
export function checkSource(source: ConfigSource, facts: SourceFacts, problems: Problems): boolean {
  const { configSourceSpecifier: specifier } = source;
  switch (specifier.case) {
    case 'pathConfigSource':
      return checkPath(specifier.value.path, problems.at('path_config_source').at('path'));
    case 'path':
      return checkPath(specifier.value, problems.at('path'));
    case 'apiConfigSource':
      return checkApi(specifier.value, facts, problems.at('api_config_source'));
    case 'ads':
      problems.at('ads').add('unsupported', 'secrets over ADS are not supported', 'use api_config_source or path_config_source');
      return false;
    case undefined:
      problems.add('missing', 'a source is needed', 'set api_config_source or path_config_source');
      return false;
    default:
      problems.at(specifier.case).add('unsupported', `secrets from ${specifier.case} are not supported`);
      return false;
  }
}

/** Milliseconds; 0: wait for ever. */
export function initialFetchMs(source: ConfigSource): number {
  return milliseconds(source.initialFetchTimeout) ?? INITIAL_FETCH_MS;
}

function checkPath(path: string, problems: Problems): boolean {
  if (fingerprint(path) !== '') return true;
  problems.add('io', `there is no file ${path}`);
  return false;
}

function checkApi(source: ApiConfigSource, { clusters, identified }: SourceFacts, problems: Problems): boolean {
  if (source.apiType !== GRPC) {
    problems.at('api_type').add('unsupported', 'secrets are asked for by api_type GRPC only');
    return false;
  }
  if (!refuseOthers(source, API_SOURCE, problems)) return false;
  const [service] = source.grpcServices;
  const at = problems.at('grpc_services');
  if (service === undefined || source.grpcServices.length > 1) {
    at.add('bad_value', 'exactly one gRPC service is needed');
    return false;
  }
  if (!refuseOthers(service, GRPC_SERVICE, at.at(0))) return false;
  const { targetSpecifier: target } = service;
  if (target.case !== 'envoyGrpc') {
    at.at(0).add('unsupported', 'only envoy_grpc services are supported', 'name a static cluster');
    return false;
  }
  if (!refuseOthers(target.value, ENVOY_GRPC, at.at(0).at('envoy_grpc'))) return false;
  const name = target.value.clusterName;
  const reason = clusters.get(name);
  const where = at.at(0).at('envoy_grpc').at('cluster_name');
  if (reason === undefined) where.add('unresolved', `there is no static cluster "${name}"`);
  else if (reason !== '') where.add('unsupported', `cluster "${name}": ${reason}`);
  if (!identified) problems.add('missing', "the node's id and cluster are needed", 'set node, or --service-node and --service-cluster');
  return reason === '' && identified;
}
