/** DownstreamTlsContext and UpstreamTlsContext → factories. */
import {
  create,
  type Message,
  milliseconds,
  envoy_extensions_transport_sockets_tls_v3_DownstreamTlsContext_OcspStaplePolicy as Ocsp,
  refuseOthers,
} from '../../../src/api/index.ts';
import type { Problems } from '../../../src/base/errors.ts';
import type { SecretHandle } from '../../../src/net/secret.ts';
import type { DownstreamTransportSocketFactory, UpstreamTransportSocketFactory } from '../../../src/net/transport-socket.ts';
import type { FactoryContext, ListenerContext, UpstreamTransportContext } from '../../../src/upstream/factory-context.ts';
import { TlsAccept } from './accept.ts';
import { Alpn } from './alpn.ts';
import type { ServerSettings } from './build-context.ts';
import { TlsConnect } from './connect.ts';
import { ContextHolder } from './context-holder.ts';
import { Credentials, type ValidationSource } from './credentials.ts';
import { compilePeerPolicy } from './peer-policy.ts';
import { contextsOf } from './shared-contexts.ts';
import { compileTlsParams, type TlsParams } from './tls-params.ts';

type Common = Message<'envoy.extensions.transport_sockets.tls.v3.CommonTlsContext'>;
type Downstream = Message<'envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext'>;
type Upstream = Message<'envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext'>;
type ValidationMessage = Message<'envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext'>;

const SECRET = 'envoy.extensions.transport_sockets.tls.v3.Secret';

const COMMON = new Set([
  'tls_params',
  'tls_certificates',
  'tls_certificate_sds_secret_configs',
  'validation_context',
  'validation_context_sds_secret_config',
  'combined_validation_context',
  'alpn_protocols',
]);
const COMMON_HINTS: Readonly<Record<string, string>> = {
  key_log: 'TLS secrets are written nowhere',
  tls_certificate_provider_instance: 'use tls_certificates or tls_certificate_sds_secret_configs',
};
const COMBINED = new Set(['default_validation_context', 'validation_context_sds_secret_config']);
const CERTIFICATE = new Set(['certificate_chain', 'private_key', 'password', 'watched_directory']);
const DOWNSTREAM = new Set([
  'common_tls_context',
  'require_client_certificate',
  'require_sni',
  'session_ticket_keys',
  'session_ticket_keys_sds_secret_config',
  'disable_stateless_session_resumption',
  'disable_stateful_session_resumption',
  'session_timeout',
  'ocsp_staple_policy',
  'full_scan_certs_on_sni_mismatch',
  'prefer_client_ciphers',
]);
const UPSTREAM = new Set(['common_tls_context', 'sni', 'auto_sni_san_validation', 'max_session_keys', 'enforce_rsa_key_usage']);
const UPSTREAM_HINTS: Readonly<Record<string, string>> = {
  allow_renegotiation: 'renegotiation is never done',
};

/** SSL_DEFAULT_SESSION_TIMEOUT of BoringSSL, in seconds. */
const SESSION_TIMEOUT = 7200;
const MAX_SNI = 255;

export function compileDownstream(message: Downstream, context: ListenerContext): DownstreamTransportSocketFactory | null {
  const { problems } = context;
  const before = problems.list.length;
  refuseOthers(message, DOWNSTREAM, problems);
  const commonAt = problems.at('common_tls_context');
  const common = message.commonTlsContext ?? create('envoy.extensions.transport_sockets.tls.v3.CommonTlsContext');
  const parts = compileCommon(common, true, context, commonAt);
  if (parts.certificates.length === 0 && problems.list.length === before) {
    commonAt.add('missing', 'No TLS certificates found for server context');
  }
  if (message.ocspStaplePolicy !== Ocsp.LENIENT_STAPLING) {
    problems.at('ocsp_staple_policy').add('unsupported', 'OCSP responses are not stapled', 'use LENIENT_STAPLING');
  }
  const server: ServerSettings = {
    requireCertificate: message.requireClientCertificate ?? false,
    requireServerName: message.requireSni ?? false,
    fullScan: message.fullScanCertsOnSniMismatch ?? false,
    preferClientCiphers: message.preferClientCiphers,
    noTickets: message.sessionTicketKeysType.case === 'disableStatelessSessionResumption' && message.sessionTicketKeysType.value,
    sessionTimeout: Math.floor((milliseconds(message.sessionTimeout) ?? SESSION_TIMEOUT * 1000) / 1000),
  };
  const keys = compileTicketKeys(message, context);
  if (problems.list.length > before) return null;
  const credentials = new Credentials(parts.certificates, parts.validation, keys);
  const holder = new ContextHolder({
    settings: { params: parts.params, credentials, server },
    contexts: contextsOf(context.dispatcher),
    scope: context.stats,
    statPrefix: `listener.${context.statName}.`,
    log: context.loggers.get('connection'),
  });
  return checked(holder, parts, context, problems) ? new TlsAccept(holder, server, parts.alpn) : null;
}

export function compileUpstream(message: Upstream, context: UpstreamTransportContext): UpstreamTransportSocketFactory | null {
  const { problems } = context;
  const before = problems.list.length;
  refuseOthers(message, UPSTREAM, problems, UPSTREAM_HINTS);
  const commonAt = problems.at('common_tls_context');
  const common = message.commonTlsContext ?? create('envoy.extensions.transport_sockets.tls.v3.CommonTlsContext');
  const parts = compileCommon(common, false, context, commonAt);
  if (parts.certificates.length > 1) commonAt.add('bad_value', 'Multiple TLS certificates are not supported for client contexts');
  if (message.enforceRsaKeyUsage === false) {
    problems.at('enforce_rsa_key_usage').add('unsupported', 'a certificate with a keyUsage has to have digitalSignature', 'leave it out');
  }
  if (message.sni.length > MAX_SNI || message.sni.includes('\0'))
    problems.at('sni').add('bad_value', 'an SNI has at most 255 bytes and no NUL');
  if (problems.list.length > before) return null;
  const credentials = new Credentials(parts.certificates, parts.validation, null);
  const holder = new ContextHolder({
    settings: { params: parts.params, credentials, server: null },
    contexts: contextsOf(context.dispatcher),
    scope: context.stats,
    statPrefix: context.statPrefix,
    log: context.loggers.get('connection'),
  });
  const settings = { serverName: message.sni, checkServerName: message.autoSniSanValidation };
  return checked(holder, parts, context, problems) ? new TlsConnect(holder, settings, parts.alpn, message.maxSessionKeys ?? 1) : null;
}

/**
 * What is wrong with secrets that are written in place is wrong with the configuration. Contexts of discovered ones are made when
 * somebody connects: most clusters of a mesh are never used.
 */
function checked(holder: ContextHolder, parts: CommonParts, { secrets, init }: FactoryContext, problems: Problems): boolean {
  const found = parts.discovered ? [] : holder.check();
  for (const problem of found) problems.at('common_tls_context').add(problem.code, problem.message, problem.hint);
  if (found.length > 0) holder.close();
  else {
    secrets.inUse?.(holder.settings.credentials.use, init);
    init.onDiscard?.(() => holder.close());
  }
  return found.length === 0;
}

interface CommonParts {
  readonly params: TlsParams;
  readonly certificates: readonly SecretHandle[];
  readonly validation: ValidationSource | null;
  readonly alpn: Alpn;
  /** Some secret comes by discovery. */
  readonly discovered: boolean;
}

function compileCommon(message: Common, server: boolean, context: FactoryContext, problems: Problems): CommonParts {
  refuseOthers(message, COMMON, problems, COMMON_HINTS);
  message.alpnProtocols.forEach((name, i) => {
    if (name.length === 0 || name.length > 255) problems.at('alpn_protocols').at(i).add('bad_value', 'a protocol has 1 to 255 bytes');
  });
  const validation = compileValidation(message, context, problems);
  return {
    params: compileTlsParams(message.tlsParams, server, problems.at('tls_params')),
    certificates: compileCertificates(message, context, problems),
    validation,
    alpn: new Alpn(message.alpnProtocols),
    discovered: (validation !== null && validation.delivered !== null) || message.tlsCertificateSdsSecretConfigs.length > 0,
  };
}

function compileCertificates(message: Common, context: FactoryContext, problems: Problems): SecretHandle[] {
  const { secrets, init } = context;
  const handles: (SecretHandle | null)[] = [];
  message.tlsCertificates.forEach((certificate, i) => {
    const at = problems.at('tls_certificates').at(i);
    if (!refuseOthers(certificate, CERTIFICATE, at)) return;
    handles.push(secrets.inline(create(SECRET, { type: { case: 'tlsCertificate', value: certificate } }), at, init));
  });
  if (handles.length === 0) {
    message.tlsCertificateSdsSecretConfigs.forEach((config, i) => {
      handles.push(secrets.discovered(config, init, problems.at('tls_certificate_sds_secret_configs').at(i)));
    });
  }
  return handles.filter((handle) => handle !== null);
}

function compileValidation(message: Common, context: FactoryContext, problems: Problems): ValidationSource | null {
  const type = message.validationContextType;
  switch (type.case) {
    case 'validationContext':
      return { written: inlineValidation(type.value, context, problems.at('validation_context')), delivered: null };
    case 'validationContextSdsSecretConfig': {
      const at = problems.at('validation_context_sds_secret_config');
      return { written: null, delivered: context.secrets.discovered(type.value, context.init, at) };
    }
    case 'combinedValidationContext': {
      const at = problems.at('combined_validation_context');
      refuseOthers(type.value, COMBINED, at);
      const { defaultValidationContext: written, validationContextSdsSecretConfig: delivered } = type.value;
      if (written === undefined || delivered === undefined) {
        at.add('missing', 'default_validation_context and validation_context_sds_secret_config are needed');
        return null;
      }
      compilePeerPolicy(written, true, [], at.at('default_validation_context'));
      return {
        written: inlineValidation(written, context, at.at('default_validation_context')),
        delivered: context.secrets.discovered(delivered, context.init, at.at('validation_context_sds_secret_config')),
      };
    }
    default:
      return null;
  }
}

function inlineValidation(message: ValidationMessage, context: FactoryContext, problems: Problems): SecretHandle | null {
  return context.secrets.inline(create(SECRET, { type: { case: 'validationContext', value: message } }), problems, context.init);
}

function compileTicketKeys(message: Downstream, context: ListenerContext): SecretHandle | null {
  const type = message.sessionTicketKeysType;
  const { problems, secrets } = context;
  if (type.case === 'sessionTicketKeys') {
    const secret = create(SECRET, { type: { case: 'sessionTicketKeys', value: type.value } });
    return secrets.inline(secret, problems.at('session_ticket_keys'), context.init);
  }
  if (type.case === 'sessionTicketKeysSdsSecretConfig') {
    return secrets.discovered(type.value, context.init, problems.at('session_ticket_keys_sds_secret_config'));
  }
  return null;
}
