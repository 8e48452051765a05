/**
 * The secrets of one worker, one handle for each that anybody asked for (contract 14). A handle outlives deliveries: it is made
 * before the secret is there and stays when the secret is withdrawn. What changes by itself (files, SDS) is asked for from the main
 * thread (secrets/contracts.ts), and dropped when the last listener or cluster that uses it is gone.
 */
import { fromBinary, type Message, toBinary } from '../api/index.ts';
import { type Problem, Problems, renderProblem } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import type { Secret, SecretHandle, SecretUse, SecretWatcher } from '../net/secret.ts';
import type { InitManager, InitTarget, SecretSource } from '../upstream/factory-context.ts';
import type { PemStatus, TlsContextStatus } from '../upstream/instances.ts';
import { RESOURCE_TYPES, type Resource } from './contracts.ts';
import { checkSource, type SourceFacts } from './secrets/check-source.ts';
import { compileSecret } from './secrets/compile-secret.ts';
import type { SecretDelivery, SecretDemand } from './secrets/contracts.ts';
import { type Environment, resolveSecret, type SecretMessage } from './secrets/resolve-secret.ts';

/** The runtime's own roots, by the name that Istio gives them. */
const SYSTEM_ROOTS = 'file-root:system';

export interface SecretManagerParts extends SourceFacts {
  /** What `environment_variable` sources may name. */
  readonly environment: Environment;
  /** False: compile only, ask for nothing. */
  readonly serve: boolean;
  readonly log: Logger;
  demand(demand: SecretDemand): void;
  /** Nobody needs what was demanded under this key any more. */
  release(key: string): void;
}

class Handle implements SecretHandle {
  readonly name: string;
  current: Secret | null = null;
  version = 0;
  /** Resolved message of `current`. */
  bytes: Uint8Array | null = null;
  /** Key of the demand, '' without one. */
  key = '';
  /** Listeners and clusters that hold it. */
  leases = 0;
  /** The first answer came, or did not come in time. */
  settled = false;
  waiting: InitTarget[] = [];
  /** Where the certificates were read, as `/certs` names them. */
  path = '';
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

  deliver(secret: Secret | null, bytes: Uint8Array | null): void {
    this.current = secret;
    this.bytes = bytes;
    this.version++;
    for (const watcher of [...this.#watchers]) watcher.onSecret(this);
  }
}

export class SecretManager implements SecretSource {
  readonly #parts: SecretManagerParts;
  readonly #statics = new Map<string, Handle>();
  /** What was demanded. */
  readonly #byKey = new Map<string, Handle>();
  readonly #systemRoots = systemRoots();
  readonly #uses = new Set<SecretUse>();

  constructor(parts: SecretManagerParts) {
    this.#parts = parts;
  }

  discovered(
    config: Message<'envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig'>,
    init: InitManager,
    problems: Problems,
  ): SecretHandle | null {
    const { name, sdsConfig } = config;
    if (name === SYSTEM_ROOTS) return this.#systemRoots;
    if (sdsConfig === undefined) {
      const handle = this.#statics.get(name);
      if (handle === undefined) problems.at('name').add('unresolved', `there is no static secret "${name}"`);
      return handle ?? null;
    }
    if (!checkSource(sdsConfig, this.#parts, problems.at('sds_config'))) return null;
    const bytes = toBinary(config);
    const handle = this.#demanded({ key: keyOf('sds', bytes), kind: 'discovered', name, bytes }, init);
    if (this.#parts.serve && !handle.settled) handle.waiting.push(init.wait(`secret ${name}`));
    return handle;
  }

  inline(message: SecretMessage, problems: Problems, init: InitManager = NEVER_DISCARDED): SecretHandle | null {
    const own = new Problems();
    const found = this.#read(message, own);
    for (const { code, path, message: text, hint } of own.list) {
      // The message that is written in place is the one inside of the secret.
      const inner = path.split('.').slice(1).join('.');
      (inner === '' ? problems : problems.at(inner)).add(code, text, hint);
    }
    if (found === null) return null;
    if (found.files.length === 0) return filled(new Handle(message.name), message, found);
    const bytes = toBinary(message);
    const key = keyOf('file', bytes);
    const known = this.#byKey.get(key);
    const handle = this.#demanded({ key, kind: 'files', name: message.name, bytes }, init);
    return known === undefined ? filled(handle, message, found) : handle;
  }

  inUse(use: SecretUse, init: InitManager): void {
    this.#uses.add(use);
    init.onDiscard?.(() => this.#uses.delete(use));
  }

  inUseNow(): readonly TlsContextStatus[] {
    return [...this.#uses].flatMap(({ certificates, validations }) => {
      if ([...certificates, ...validations].some(({ current }) => current === null)) return [];
      return [{ certificates: certificates.flatMap(pemOf), roots: validations.flatMap(pemOf)[0] ?? null }];
    });
  }

  /** A static secret. An unreadable one changes nothing. */
  set(resource: Resource): readonly Problem[] {
    const problems = new Problems();
    const message = fromBinary(RESOURCE_TYPES.secret, resource.bytes);
    // Nothing here uses generic secrets; filters that do find them by themselves.
    if (message.type.case === 'genericSecret') return [];
    const found = this.#read(message, problems);
    if (found === null) return problems.list;
    let handle = this.#statics.get(resource.name);
    if (handle === undefined) {
      handle = new Handle(resource.name);
      this.#statics.set(resource.name, handle);
    }
    this.#release(handle);
    filled(handle, message, found);
    if (found.files.length > 0) {
      handle.key = keyOf(`static ${resource.name}`, resource.bytes);
      this.#byKey.set(handle.key, handle);
      this.#demand({ key: handle.key, kind: 'files', name: resource.name, bytes: resource.bytes });
    }
    return [];
  }

  /** New connections that need it are refused from now on. */
  remove(name: string): void {
    const handle = this.#statics.get(name);
    if (handle === undefined) return;
    this.#statics.delete(name);
    this.#release(handle);
    handle.deliver(null, null);
  }

  /** What the main thread found. */
  deliver({ key, bytes }: SecretDelivery): void {
    const handle = this.#byKey.get(key);
    if (handle === undefined) return;
    if (bytes === null) {
      if (handle.current !== null) handle.deliver(null, null);
    } else if (handle.bytes === null || Buffer.compare(handle.bytes, bytes) !== 0) {
      const problems = new Problems();
      const secret = compileSecret(fromBinary(RESOURCE_TYPES.secret, bytes), problems);
      if (secret !== null && !problems.failed) handle.deliver(withPath(secret, handle.path || INLINE), bytes);
      else this.#parts.log.error(`secret ${handle.name}: ${problems.list.map(renderProblem).join(', ')}`);
    }
    handle.settled = true;
    const waiting = handle.waiting;
    handle.waiting = [];
    for (const target of waiting) target.done();
  }

  #demanded(demand: SecretDemand, init: InitManager): Handle {
    let handle = this.#byKey.get(demand.key);
    if (handle === undefined) {
      handle = new Handle(demand.name);
      handle.key = demand.key;
      this.#byKey.set(demand.key, handle);
      this.#demand(demand);
    }
    const held = handle;
    held.leases++;
    init.onDiscard?.(() => {
      if (--held.leases === 0) this.#release(held);
    });
    return held;
  }

  #demand(demand: SecretDemand): void {
    if (this.#parts.serve) this.#parts.demand(demand);
  }

  #release(handle: Handle): void {
    if (handle.key === '') return;
    this.#byKey.delete(handle.key);
    if (this.#parts.serve) this.#parts.release(handle.key);
    handle.key = '';
  }

  /** Reads and compiles; null after reporting what is wrong. */
  #read(message: SecretMessage, problems: Problems): Read | null {
    const { message: resolved, files } = resolveSecret(message, this.#parts.environment, problems);
    const secret = problems.failed ? null : compileSecret(resolved, problems);
    return secret === null || problems.failed ? null : { secret, bytes: toBinary(resolved), files };
  }
}

interface Read {
  readonly secret: Secret;
  readonly bytes: Uint8Array;
  readonly files: readonly string[];
}

const NEVER_DISCARDED: InitManager = Object.freeze({ wait: () => ({ done() {} }) });

const INLINE = '<inline>';

function filled(handle: Handle, message: SecretMessage, { secret, bytes }: Read): Handle {
  handle.path = pathIn(message);
  handle.settled = true;
  handle.deliver(withPath(secret, handle.path), bytes);
  return handle;
}

function withPath(secret: Secret, path: string): Secret {
  return secret.kind === 'session_ticket_keys' ? secret : { ...secret, path };
}

function pathIn({ type }: SecretMessage): string {
  const source =
    type.case === 'tlsCertificate' ? type.value.certificateChain : type.case === 'validationContext' ? type.value.trustedCa : undefined;
  return source?.specifier.case === 'filename' ? source.specifier.value : INLINE;
}

function pemOf({ current }: SecretHandle): PemStatus[] {
  if (current === null || current.kind === 'session_ticket_keys') return [];
  const pem = current.kind === 'tls_certificate' ? current.certificateChain : current.trustedCa;
  return pem === '' ? [] : [{ path: current.path ?? INLINE, pem }];
}

function keyOf(kind: string, bytes: Uint8Array): string {
  return `${kind} ${Buffer.from(bytes).toString('latin1')}`;
}

function systemRoots(): Handle {
  const handle = new Handle(SYSTEM_ROOTS);
  const message = fromBinary('envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext', new Uint8Array());
  handle.deliver({ kind: 'validation_context', trustedCa: '', crl: '', systemRoots: true, message, path: INLINE }, null);
  handle.settled = true;
  return handle;
}
