/** The secrets of one TLS context: certificates, what peers are checked with, ticket keys. */
import { fromBinary, type Message, toBinary } from '../../../src/api/index.ts';
import type { Problems } from '../../../src/base/errors.ts';
import type {
  SecretHandle,
  SecretUse,
  TlsCertificateSecret,
  ValidationContextMessage,
  ValidationContextSecret,
} from '../../../src/net/secret.ts';

const VALIDATION = 'envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext';

/** Where the validation context comes from; both are merged when there are both. */
export interface ValidationSource {
  /** `validation_context`, or the default of `combined_validation_context`. */
  readonly written: SecretHandle | null;
  readonly delivered: SecretHandle | null;
}

/** A validation context with its data sources read. */
export interface Validation {
  readonly message: ValidationContextMessage;
  readonly trustedCa: string;
  readonly crl: string;
  readonly systemRoots: boolean;
}

export class Credentials {
  readonly certificates: readonly SecretHandle[];
  readonly validationSource: ValidationSource | null;
  readonly ticketKeys: SecretHandle | null;
  private readonly handles: readonly SecretHandle[];

  constructor(certificates: readonly SecretHandle[], validation: ValidationSource | null, ticketKeys: SecretHandle | null) {
    this.certificates = certificates;
    this.validationSource = validation;
    this.ticketKeys = ticketKeys;
    const all = [...certificates, validation?.written ?? null, validation?.delivered ?? null, ticketKeys];
    this.handles = all.filter((handle) => handle !== null);
  }

  /** For `/certs`: roots that are delivered win over written ones. */
  get use(): SecretUse {
    const validations = [this.validationSource?.delivered ?? null, this.validationSource?.written ?? null];
    return { certificates: this.certificates, validations: validations.filter((handle) => handle !== null) };
  }

  /** Every secret is there. */
  get ready(): boolean {
    const handles = this.handles;
    for (let i = 0; i < handles.length; i++) if (handles[i]?.current === null) return false;
    return true;
  }

  /** Grows with every change of any of them. */
  get version(): number {
    const handles = this.handles;
    let sum = 0;
    for (let i = 0; i < handles.length; i++) sum += (handles[i] as SecretHandle).version;
    return sum;
  }

  /** Null for a secret that is missing or of another kind. */
  certificate(index: number): TlsCertificateSecret | null {
    const secret = this.certificates[index]?.current ?? null;
    return secret?.kind === 'tls_certificate' ? secret : null;
  }

  /** Null when nothing asks for a check. What is wrong goes to `problems`. */
  validation(problems: Problems): Validation | null {
    const source = this.validationSource;
    if (source === null) return null;
    const written = contextOf(source.written, problems);
    const delivered = contextOf(source.delivered, problems);
    if (written === null || delivered === null) return written ?? delivered;
    const own = delivered.message.trustedCa !== undefined || delivered.systemRoots;
    return {
      message: merge(written.message, delivered.message),
      trustedCa: own ? delivered.trustedCa : written.trustedCa,
      systemRoots: own ? delivered.systemRoots : written.systemRoots,
      crl: delivered.message.crl === undefined ? written.crl : delivered.crl,
    };
  }

  get keys(): readonly Buffer[] {
    const secret = this.ticketKeys?.current ?? null;
    return secret?.kind === 'session_ticket_keys' ? secret.keys : [];
  }
}

function contextOf(handle: SecretHandle | null, problems: Problems): ValidationContextSecret | null {
  const secret = handle?.current ?? null;
  if (secret === null || handle === null) return null;
  if (secret.kind === 'validation_context') return secret;
  problems.add('wrong_kind', `the secret ${JSON.stringify(handle.name)} is no validation context`);
  return null;
}

/** MergeFrom of protobuf is what reading two encodings in a row does (Encoding, "Last One Wins"). */
function merge(into: ValidationContextMessage, from: ValidationContextMessage): Message<typeof VALIDATION> {
  return fromBinary(VALIDATION, Buffer.concat([toBinary(into), toBinary(from)]));
}
