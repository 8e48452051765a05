/** Secrets with their data sources read: afterwards everything is `inline_bytes`. */
import { clone, create, type Message } from '../../api/index.ts';
import type { Problems } from '../../base/errors.ts';
import { FileReader } from './file-reader.ts';

export type SecretMessage = Message<'envoy.extensions.transport_sockets.tls.v3.Secret'>;
type DataSource = Message<'envoy.config.core.v3.DataSource'>;

export type Environment = Readonly<Record<string, string | undefined>>;

export interface ResolvedSecret {
  readonly message: SecretMessage;
  /** Paths that were read or could not be read. */
  readonly files: readonly string[];
  /** `watched_directory`: a change in there stands for a change of the files. */
  readonly directories: readonly string[];
}

/**
 * Reads what the secret names. Problems: `io` for files that cannot be read or were changed meanwhile, `unresolved` for a variable
 * that is not set.
 */
export function resolveSecret(given: SecretMessage, environment: Environment, problems: Problems): ResolvedSecret {
  const message = clone(given);
  const source = new Sources(environment);
  const directories: string[] = [];
  const { type } = message;
  if (type.case === 'tlsCertificate') {
    const { value } = type;
    const at = problems.at('tls_certificate');
    value.certificateChain = source.read(value.certificateChain, at.at('certificate_chain'));
    value.privateKey = source.read(value.privateKey, at.at('private_key'));
    value.password = source.read(value.password, at.at('password'));
    if (value.watchedDirectory !== undefined) directories.push(value.watchedDirectory.path);
  } else if (type.case === 'validationContext') {
    const { value } = type;
    const at = problems.at('validation_context');
    value.trustedCa = source.read(value.trustedCa, at.at('trusted_ca'));
    value.crl = source.read(value.crl, at.at('crl'));
    if (value.watchedDirectory !== undefined) directories.push(value.watchedDirectory.path);
  } else if (type.case === 'sessionTicketKeys') {
    const at = problems.at('session_ticket_keys').at('keys');
    type.value.keys = type.value.keys.map((key, i) => source.read(key, at.at(i)) ?? key);
  }
  if (!problems.failed && !source.files.steady) problems.add('io', 'files were changed while they were read');
  return { message, files: source.named, directories };
}

class Sources {
  readonly files = new FileReader();
  /** Also those that could not be read: they may appear. */
  readonly named: string[] = [];
  readonly #environment: Environment;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  read(source: DataSource | undefined, problems: Problems): DataSource | undefined {
    const specifier = source?.specifier;
    switch (specifier?.case) {
      case 'inlineString':
        return inline(Buffer.from(specifier.value));
      case 'filename': {
        this.named.push(specifier.value);
        try {
          return inline(this.files.read(specifier.value));
        } catch (error) {
          problems.at('filename').add('io', `cannot read ${specifier.value}: ${reasonOf(error)}`);
          return undefined;
        }
      }
      case 'environmentVariable': {
        const value = this.#environment[specifier.value];
        if (value === undefined) problems.at('environment_variable').add('unresolved', `the variable ${specifier.value} is not set`);
        return inline(Buffer.from(value ?? ''));
      }
      default:
        return source;
    }
  }
}

function inline(value: Uint8Array): DataSource {
  return create('envoy.config.core.v3.DataSource', { specifier: { case: 'inlineBytes', value: new Uint8Array(value) } });
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' ? 'there is no such file' : message;
}
