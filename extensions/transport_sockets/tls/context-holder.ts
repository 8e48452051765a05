/** The contexts of one factory: rebuilt when a secret has changed, at the next handshake. */
import type { Problem } from '../../../src/base/errors.ts';
import { Problems, renderProblem } from '../../../src/base/errors.ts';
import type { Logger } from '../../../src/base/log.ts';
import type { StatGroup, StatsScope } from '../../../src/telemetry/stats.ts';
import { type BuiltContext, buildContext, type ContextSettings } from './build-context.ts';
import type { Certificate } from './certificate.ts';
import type { SharedContexts } from './shared-contexts.ts';
import { CERTIFICATE_STATS, FACTORY_STATS, SSL_STATS } from './stats.ts';

const F = FACTORY_STATS.slot;
const EXPIRATION = CERTIFICATE_STATS.slot.expiration_unix_time_seconds;
/** Envoy writes the first 8 digits of the SHA-256 of a name that is none. */
const UNNAMED = 'e3b0c442';

export interface HolderParts {
  readonly settings: ContextSettings;
  readonly contexts: SharedContexts;
  readonly scope: StatsScope;
  /** `listener.<address>.` or `cluster.<name>.` */
  readonly statPrefix: string;
  readonly log: Logger;
}

export class ContextHolder {
  readonly settings: ContextSettings;
  private readonly ssl: StatGroup;
  private readonly factory: StatGroup;
  private readonly parts: HolderParts;
  private built: BuiltContext | null;
  private builtVersion: number;
  private readonly gauges: Map<string, StatGroup>;
  private readonly counters: Map<string, { inc(): void }>;
  private closed: boolean;

  constructor(parts: HolderParts) {
    const { scope, statPrefix, settings } = parts;
    this.parts = parts;
    this.settings = settings;
    this.ssl = scope.group(`${statPrefix}ssl.`, SSL_STATS);
    const side = settings.server === null ? 'client' : 'server';
    this.factory = scope.group(`${statPrefix}${side}_ssl_socket_factory.`, FACTORY_STATS);
    this.built = null;
    this.builtVersion = -1;
    this.gauges = new Map();
    this.counters = new Map();
    this.closed = false;
  }

  get ready(): boolean {
    return this.settings.credentials.ready;
  }

  /** Changes whenever `current` gives another context. */
  get version(): number {
    return this.builtVersion;
  }

  /** Null while a secret is missing or there was never one that could be used. */
  current(): BuiltContext | null {
    const { credentials } = this.settings;
    if (!credentials.ready) return null;
    const { version } = credentials;
    if (version !== this.builtVersion) {
      const first = this.builtVersion < 0;
      const problems = this.build(version);
      if (!first) this.incFactory(F.ssl_context_update_by_sds);
      // What cannot be used changes nothing, as in Envoy; who removes a root and breaks another secret is not let down silently.
      if (problems.length > 0) this.parts.log.error(`${this.parts.statPrefix}ssl: ${problems.map(renderProblem).join('; ')}`);
    }
    return this.built;
  }

  /** At configuration time: what is wrong with secrets that are there already. */
  check(): readonly Problem[] {
    const { credentials } = this.settings;
    return credentials.ready ? this.build(credentials.version) : [];
  }

  private build(version: number): readonly Problem[] {
    const problems = new Problems();
    this.builtVersion = version;
    const built = buildContext(this.settings, this.parts.contexts, problems);
    if (built === null) return problems.list;
    this.built = built;
    if (!this.closed) this.showExpiry(built);
    return [];
  }

  private showExpiry(built: BuiltContext): void {
    const { certificates, validationSource } = this.settings.credentials;
    built.keyed.forEach(({ certificate }, i) => {
      if (certificate !== null) this.gauge(certificates[i]?.name || `unnamed_cert_${UNNAMED}`, certificate);
    });
    const [authority] = built.authorities;
    const name = validationSource?.delivered?.name || validationSource?.written?.name || `unnamed_ca_cert_${UNNAMED}`;
    if (authority !== undefined) this.gauge(name, authority);
  }

  private gauge(name: string, certificate: Certificate): void {
    let group = this.gauges.get(name);
    if (group === undefined) {
      group = this.parts.scope.group(`${this.parts.statPrefix}ssl.certificate.${name.replaceAll(':', '_')}.`, CERTIFICATE_STATS);
      this.gauges.set(name, group);
    }
    group.set(EXPIRATION, Math.floor(certificate.validTo / 1000));
  }

  /** A slot of SSL_STATS. Connections outlive what they were opened with. */
  inc(slot: number): void {
    if (!this.closed) this.ssl.inc(slot);
  }

  /** A slot of FACTORY_STATS. */
  incFactory(slot: number): void {
    if (!this.closed) this.factory.inc(slot);
  }

  /** `ciphers.<name>` and the like: made at the first handshake that has them. */
  count(name: string): void {
    if (this.closed) return;
    let counter = this.counters.get(name);
    if (counter === undefined) {
      counter = this.ssl.dynamic(name);
      this.counters.set(name, counter);
    }
    counter.inc();
  }

  /** The listener or cluster is gone. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    const { scope } = this.parts;
    scope.release(this.ssl);
    scope.release(this.factory);
    for (const group of this.gauges.values()) scope.release(group);
    this.gauges.clear();
  }
}
