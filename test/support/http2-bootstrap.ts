/** Pieces of a bootstrap for tests of HTTP/2. */
import { httpListener, staticCluster } from './bootstrap.ts';
import type { Version } from './http2.ts';

const HTTP_OPTIONS = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions';

/** `HttpProtocolOptions` with these fields. */
export function protocolOptions(fields: object): object {
  return { typed_extension_protocol_options: { [HTTP_OPTIONS]: { '@type': `type.googleapis.com/${HTTP_OPTIONS}`, ...fields } } };
}

/** A static cluster whose hosts speak that protocol, with trailers; `fields` replace those of the cluster. */
export function clusterOf(version: Version, name: string, port: number, fields: object = {}): object {
  const options = version === 'h1' ? { http_protocol_options: { enable_trailers: true } } : { http2_protocol_options: {} };
  return { ...staticCluster(name, port), ...protocolOptions({ explicit_http_config: options }), ...fields };
}

/** One listener `in` (AUTO), one cluster `app`. */
export function oneHop(version: Version, port: number, fields: object = {}, route: object = {}): object {
  const routes = [{ match: { prefix: '/' }, route: { cluster: 'app', timeout: '0s', ...route } }];
  return { static_resources: { listeners: [httpListener('in', 'app', { routes })], clusters: [clusterOf(version, 'app', port, fields)] } };
}
