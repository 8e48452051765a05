/**
 * Secrets by name, one handle for each name that anybody asked for (contract 14). A handle outlives deliveries: it is made
 * before the secret is there and stays when the secret is withdrawn.
 */
import { readFileSync } from 'node:fs';
import { fromBinary, type Message } from '../api/index.ts';
import type { Problem } from '../base/errors.ts';
import { Problems } from '../base/errors.ts';
import type { Secret, SecretHandle, SecretWatcher } from '../net/secret.ts';
import type { InitManager, SecretSource } from '../upstream/factory-context.ts';
import { RESOURCE_TYPES, type Resource } from './contracts.ts';

class Handle implements SecretHandle {
  readonly name: string;
  current: Secret | null = null;
  version = 0;
  readonly #watchers = new Set<SecretWatcher>();

  constructor(name: string) {
    this.name = name;
  }

  watch(watcher: SecretWatcher): void {
    this.#watchers.add(watcher);
  }

  unwatch(watcher: SecretWatcher): void {
    this.#watchers.delete(watcher);
  }

  deliver(secret: Secret | null): void {
    this.current = secret;
    this.version++;
    for (const watcher of [...this.#watchers]) watcher.onSecret(this);
  }
}

export class SecretManager implements SecretSource {
  readonly #handles = new Map<string, Handle>();

  discovered(
    config: Message<'envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig'>,
    _init: InitManager,
    problems: Problems,
  ): SecretHandle | null {
    if (config.sdsConfig === undefined) return this.handle(config.name);
    problems.at('sds_config').add('unsupported', 'secrets by discovery are not supported yet', 'use a static secret');
    return null;
  }

  inline(secret: SecretMessage, problems: Problems): SecretHandle | null {
    const compiled = compileSecret(secret, problems);
    if (compiled === null || problems.failed) return null;
    const handle = new Handle(secret.name);
    handle.deliver(compiled);
    return handle;
  }

  handle(name: string): SecretHandle {
    return this.#of(name);
  }

  /** Delivers a secret to everybody who holds its handle. An unreadable one changes nothing. */
  set(resource: Resource): readonly Problem[] {
    const problems = new Problems();
    const secret = compileSecret(fromBinary(RESOURCE_TYPES.secret, resource.bytes), problems);
    if (secret !== null && !problems.failed) this.#of(resource.name).deliver(secret);
    return problems.list;
  }

  /** New connections that need it are refused from now on. */
  remove(name: string): void {
    this.#handles.get(name)?.deliver(null);
  }

  #of(name: string): Handle {
    let handle = this.#handles.get(name);
    if (handle === undefined) {
      handle = new Handle(name);
      this.#handles.set(name, handle);
    }
    return handle;
  }
}

type SecretMessage = Message<'envoy.extensions.transport_sockets.tls.v3.Secret'>;
type DataSource = Message<'envoy.config.core.v3.DataSource'>;

function compileSecret(message: SecretMessage, problems: Problems): Secret | null {
  const { type } = message;
  if (type.case === 'tlsCertificate') {
    const at = problems.at('tls_certificate');
    const { value } = type;
    if (value.privateKeyProvider !== undefined) at.at('private_key_provider').add('unsupported', 'private key providers are not supported');
    if (value.pkcs12 !== undefined) at.at('pkcs12').add('unsupported', 'PKCS#12 bundles are not supported', 'use PEM');
    if (value.password !== undefined) at.at('password').add('unsupported', 'encrypted keys are not supported', 'decrypt the key');
    return {
      kind: 'tls_certificate',
      certificateChain: readSource(value.certificateChain, at.at('certificate_chain')),
      privateKey: readSource(value.privateKey, at.at('private_key')),
    };
  }
  if (type.case === 'validationContext') {
    const at = problems.at('validation_context');
    const { value } = type;
    return {
      kind: 'validation_context',
      systemRoots: false,
      message: value,
      trustedCa: value.trustedCa === undefined ? '' : readSource(value.trustedCa, at.at('trusted_ca')),
      crl: value.crl === undefined ? '' : readSource(value.crl, at.at('crl')),
    };
  }
  if (type.case === undefined) problems.add('missing', 'a secret needs tls_certificate or validation_context');
  else problems.add('unsupported', 'only tls_certificate and validation_context secrets are supported');
  return null;
}

/** Text of a data source; '' after reporting why there is none. */
function readSource(source: DataSource | undefined, problems: Problems): string {
  const specifier = source?.specifier;
  switch (specifier?.case) {
    case 'inlineString':
      return specifier.value;
    case 'inlineBytes':
      return Buffer.from(specifier.value).toString('utf8');
    case 'filename':
      try {
        return readFileSync(specifier.value, 'utf8');
      } catch (error) {
        problems.at('filename').add('io', `cannot read ${specifier.value}: ${(error as Error).message}`);
        return '';
      }
    case 'environmentVariable':
      problems.at('environment_variable').add('unsupported', 'secrets are not read from the environment', 'use filename');
      return '';
    default:
      problems.add('missing', 'a source is needed', 'set filename or inline_string');
      return '';
  }
}
