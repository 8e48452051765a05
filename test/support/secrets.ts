/** Secrets that a test sets, changes and withdraws. */
import { create, type Message } from '../../src/api/index.ts';
import type { Problems } from '../../src/base/errors.ts';
import type { Secret, SecretHandle, SecretWatcher } from '../../src/net/secret.ts';
import type { InitManager, SecretSource } from '../../src/upstream/factory-context.ts';

type SecretMessage = Message<'envoy.extensions.transport_sockets.tls.v3.Secret'>;
type DataSource = Message<'envoy.config.core.v3.DataSource'>;
type ValidationMessage = Message<'envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext'>;

export class FakeSecret implements SecretHandle {
  readonly name: string;
  current: Secret | null = null;
  version = 0;
  private readonly watchers = new Set<SecretWatcher>();

  constructor(name: string, secret: Secret | null = null) {
    this.name = name;
    if (secret !== null) this.set(secret);
  }

  watch(watcher: SecretWatcher): void {
    this.watchers.add(watcher);
  }

  unwatch(watcher: SecretWatcher): void {
    this.watchers.delete(watcher);
  }

  set(secret: Secret | null): void {
    this.current = secret;
    this.version++;
    for (const watcher of [...this.watchers]) watcher.onSecret(this);
  }
}

/** Discovered secrets by name; inline ones must be written in place. */
export class FakeSecrets implements SecretSource {
  private readonly handles = new Map<string, FakeSecret>();

  /** The handle of a discovered secret. */
  of(name: string): FakeSecret {
    let handle = this.handles.get(name);
    if (handle === undefined) {
      handle = new FakeSecret(name);
      this.handles.set(name, handle);
    }
    return handle;
  }

  discovered(config: Message<'envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig'>, _init: InitManager): SecretHandle {
    return this.of(config.name);
  }

  inline(secret: SecretMessage, problems: Problems): SecretHandle | null {
    const { type } = secret;
    if (type.case === 'tlsCertificate') {
      return new FakeSecret(secret.name, certificateSecret(textOf(type.value.certificateChain), textOf(type.value.privateKey)));
    }
    if (type.case === 'validationContext') return new FakeSecret(secret.name, validationSecret(type.value));
    if (type.case === 'sessionTicketKeys') {
      const keys = type.value.keys.map((key) => Buffer.from(key.specifier.case === 'inlineBytes' ? key.specifier.value : []));
      return new FakeSecret(secret.name, { kind: 'session_ticket_keys', keys });
    }
    problems.add('unsupported', 'this test has no such secret');
    return null;
  }
}

export function certificateSecret(certificateChain: string, privateKey: string): Secret {
  return { kind: 'tls_certificate', certificateChain, privateKey };
}

export function validationSecret(message: ValidationMessage): Secret {
  const trustedCa = textOf(message.trustedCa);
  return {
    kind: 'validation_context',
    trustedCa,
    crl: textOf(message.crl),
    systemRoots: message.trustedCa === undefined && message.systemRootCerts !== undefined,
    message,
  };
}

/** A validation context that trusts these authorities (PEM). */
export function rootsSecret(trustedCa: string, crl = ''): Secret {
  const source = (text: string): { specifier: { case: 'inlineString'; value: string } } => ({
    specifier: { case: 'inlineString', value: text },
  });
  return validationSecret(
    create('envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext', {
      trustedCa: source(trustedCa),
      ...(crl === '' ? {} : { crl: source(crl) }),
    }),
  );
}

function textOf(source: DataSource | undefined): string {
  return source?.specifier.case === 'inlineString' ? source.specifier.value : '';
}
