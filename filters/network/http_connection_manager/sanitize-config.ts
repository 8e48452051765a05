/** What of the message decides who is believed: addresses, ids, certificates. */

import { networkInterfaces } from 'node:os';
import { isMessage, type Message, openAny, refuseOthers } from '../../../src/api/index.ts';
import { ConfigError, type Problems } from '../../../src/base/errors.ts';
import { CERT_APPEND, CERT_FORWARD, CERT_KEEP, CERT_SET, ClientCertForwarder } from '../../../src/http/conn-manager/client-cert.ts';
import { InternalAddresses } from '../../../src/http/conn-manager/internal-addresses.ts';
import { type OwnUserAgent, type ProtoByPort, RequestSanitizer, type SanitizeSettings } from '../../../src/http/conn-manager/sanitize.ts';
import { constantField } from '../../../src/http/field-pool.ts';
import { pinName } from '../../../src/http/header-name.ts';
import type { ProxyOptions } from '../../../src/upstream/factory-context.ts';
import { compileRanges } from './cidr-config.ts';
import { compileOrigins } from './origin-config.ts';

type Manager = Message<'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager'>;

/** ForwardClientCertDetails by number: SANITIZE, FORWARD_ONLY, APPEND_FORWARD, SANITIZE_SET, ALWAYS_FORWARD_ONLY. */
const FORWARD_MODES = [null, CERT_FORWARD, CERT_APPEND, CERT_SET, CERT_KEEP] as const;

export function compileSanitizer(message: Manager, options: ProxyOptions, problems: Problems): RequestSanitizer {
  return new RequestSanitizer({
    useRemoteAddress: message.useRemoteAddress ?? false,
    trustedHops: message.xffNumTrustedHops,
    skipForwardedFor: message.skipXffAppend,
    appendForwardedPort: message.appendXForwardedPort,
    internal: compileInternal(message, problems.at('internal_address_config')),
    schemeOfUpstream: message.schemeHeaderTransformation?.matchUpstream ?? false,
    scheme: compileScheme(message, problems.at('scheme_header_transformation')),
    generateRequestId: message.generateRequestId ?? true,
    preserveExternalRequestId: message.preserveExternalRequestId,
    packTraceReason: compileRequestId(message, problems.at('request_id_extension')),
    via: message.via,
    clientCert: compileClientCert(message, problems.at('set_current_client_cert_details')),
    localIp: localAddress(),
    detections: compileOrigins(message, problems),
    protoByPort: compileProtoByPort(message),
    userAgent: compileUserAgent(message, options),
  });
}

const CERT_DETAILS = new Set(['subject', 'cert', 'chain', 'dns', 'uri', 'issuer']);

function compileClientCert(message: Manager, problems: Problems): SanitizeSettings['clientCert'] {
  const mode = FORWARD_MODES[message.forwardClientCertDetails] ?? null;
  if (mode === null) return null;
  const details = message.setCurrentClientCertDetails;
  if (details !== undefined) refuseOthers(details, CERT_DETAILS, problems, { format: 'leave it at TEXT' });
  return new ClientCertForwarder({
    mode,
    cert: details?.cert ?? false,
    chain: details?.chain ?? false,
    subject: details?.subject ?? false,
    uri: details?.uri ?? false,
    dns: details?.dns ?? false,
    issuer: details?.issuer ?? false,
  });
}

function compileInternal(message: Manager, problems: Problems): InternalAddresses {
  const config = message.internalAddressConfig;
  if (config === undefined) return new InternalAddresses([], false);
  return compileRanges(config.cidrRanges, config.unixSockets, problems.at('cidr_ranges'));
}

function compileProtoByPort(message: Manager): ProtoByPort | null {
  const config = message.forwardProtoConfig;
  if (config === undefined) return null;
  return { https: new Set(config.httpsDestinationPorts), http: new Set(config.httpDestinationPorts) };
}

function compileUserAgent(message: Manager, options: ProxyOptions): OwnUserAgent | null {
  if (message.addUserAgent !== true) return null;
  const { serviceCluster, serviceNode } = options;
  return {
    agent: constantField(pinName('user-agent'), serviceCluster),
    cluster: constantField(pinName('x-envoy-downstream-service-cluster'), serviceCluster),
    node: serviceNode === '' ? null : constantField(pinName('x-envoy-downstream-service-node'), serviceNode),
  };
}

function compileScheme(message: Manager, problems: Problems): string {
  const transformation = message.schemeHeaderTransformation;
  if (transformation === undefined) return '';
  refuseOthers(transformation, new Set(['scheme_to_overwrite', 'match_upstream']), problems);
  return transformation.transformation.case === 'schemeToOverwrite' ? transformation.transformation.value : '';
}

/** `pack_trace_reason` of the UUID extension, the only one. */
function compileRequestId(message: Manager, problems: Problems): boolean {
  const config = message.requestIdExtension?.typedConfig;
  if (config === undefined) return true;
  const at = problems.at('typed_config');
  try {
    const opened = openAny(config);
    if (opened.kind === 'message' && isMessage(opened.message, 'envoy.extensions.request_id.uuid.v3.UuidRequestIdConfig')) {
      // Sampling by request id has nothing to decide while there is no tracing.
      return opened.message.packTraceReason ?? true;
    }
    at.add('unknown_type', `no request id extension is registered for ${opened.typeName || 'an empty type URL'}`);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const problem of error.problems) at.add(problem.code, problem.message, problem.hint);
  }
  return true;
}

/** First IPv4 address of this host that is not a loopback one: what Envoy puts into x-forwarded-for for local peers. */
function localAddress(): string {
  for (const list of Object.values(networkInterfaces())) {
    for (const { address, family, internal } of list ?? []) if (family === 'IPv4' && !internal) return address;
  }
  return '127.0.0.1';
}
