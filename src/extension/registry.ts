/**
 * Kinds of extension and the registry by type URL (contract 15). Nothing else: what an HTTP filter or a balancer must offer
 * is a type in the room that calls it. `main` scans listeners/, filters/ and extensions/ at start and registers what their
 * `index.ts` export; `Any` and `TypedStruct` are opened here and nowhere else.
 */
import type { MessageName } from '../api/index.ts';

export const EXTENSION_KINDS = [
  'http_filter',
  'network_filter',
  'upstream_network_filter',
  'listener_filter',
  'listener',
  'downstream_transport_socket',
  'upstream_transport_socket',
  'lb_policy',
  'cluster_type',
  'access_logger',
  'access_log_filter',
  'formatter',
  'tracer',
  'retry_host_predicate',
  'retry_priority',
  'path_matcher',
  'path_rewriter',
  'matcher_input',
  'matcher',
  'request_id',
  'health_checker',
  'resource_monitor',
  'compressor',
  'upstream_options',
] as const;
export type ExtensionKind = (typeof EXTENSION_KINDS)[number];

/** How far a filter may be exposed (Envoy's security postures; "unknown" does not exist here). */
export type SecurityPosture =
  | 'robust_to_untrusted_downstream_and_upstream'
  | 'robust_to_untrusted_downstream'
  | 'requires_trusted_downstream_and_upstream'
  | 'data_plane_agnostic';

/**
 * What every `index.ts` exports. The rooms add the rest: `HttpFilterDefinition` in http, `LbPolicyDefinition` in upstream …
 */
export interface ExtensionDefinition {
  readonly kind: ExtensionKind;
  /** Envoy's exact name, e.g. `envoy.filters.http.fault`. */
  readonly name: string;
  /** Full message name of the configuration; also the type URL it is registered under. */
  readonly message: MessageName;
  /** Message of typed_per_filter_config where it is another one than `message`. */
  readonly routeMessage?: MessageName;
  readonly posture: SecurityPosture;
}

export class ExtensionRegistry {
  readonly #byMessage = new Map<string, ExtensionDefinition>();
  readonly #byName = new Map<string, ExtensionDefinition>();

  /** Throws when two extensions of one kind claim one message: a programming error, found at start. */
  register(definition: ExtensionDefinition): void {
    const key = `${definition.kind}/${definition.message}`;
    if (this.#byMessage.has(key)) throw new Error(`two extensions register ${key}`);
    this.#byMessage.set(key, definition);
    this.#byName.set(`${definition.kind}/${definition.name}`, definition);
  }

  /** By the message inside the `Any`, as Envoy v3 does: the name in the configuration is only a label. */
  find(kind: ExtensionKind, message: string): ExtensionDefinition | null {
    return this.#byMessage.get(`${kind}/${message}`) ?? null;
  }

  /** By extension name, for the few places where Envoy allows an empty `typed_config` (`envoy.filters.listener.tls_inspector`). */
  findByName(kind: ExtensionKind, name: string): ExtensionDefinition | null {
    return this.#byName.get(`${kind}/${name}`) ?? null;
  }

  all(kind?: ExtensionKind): ExtensionDefinition[] {
    return [...this.#byMessage.values()].filter((d) => kind === undefined || d.kind === kind);
  }
}
