/**
 * Where each listener leads, for the banner: read from the configuration without knowing any filter. Whatever names a cluster that
 * exists in a field called `cluster`, or weighs one, leads there.
 */
import { type AnyMessage, eachChild, isMessage, type Message, openAny, reflectOn } from '../api/index.ts';
import { ConfigError } from '../base/errors.ts';

type Bootstrap = Message<'envoy.config.bootstrap.v3.Bootstrap'>;
type Listener = Message<'envoy.config.listener.v3.Listener'>;

export interface Destination {
  readonly cluster: string;
  /** Share of a weighted choice in percent, null when it is not weighted. */
  readonly percent: number | null;
}

export interface ListenerSummary {
  readonly name: string;
  readonly scheme: 'http' | 'https' | 'tcp';
  readonly direction: 'unspecified' | 'inbound' | 'outbound';
  readonly leadsTo: readonly Destination[];
  /** A `host` that some virtual host takes; '' when any will do. */
  readonly host: string;
}

const DIRECTIONS = ['unspecified', 'inbound', 'outbound'] as const;

export function summarize(bootstrap: Bootstrap): ListenerSummary[] {
  const { listeners = [], clusters = [] } = bootstrap.staticResources ?? {};
  const known = new Set(clusters.map(({ name }) => name));
  return listeners.map((listener, i) => new Reader(known).read(listener, i));
}

class Reader {
  readonly #known: ReadonlySet<string>;
  readonly #found = new Map<string, number | null>();
  readonly #domains: string[] = [];
  #http = false;

  constructor(known: ReadonlySet<string>) {
    this.#known = known;
  }

  read(listener: Listener, i: number): ListenerSummary {
    const chains = [...listener.filterChains, ...(listener.defaultFilterChain === undefined ? [] : [listener.defaultFilterChain])];
    for (const chain of chains) this.#walk(chain);
    const secure = chains.some(({ transportSocket }) => transportSocket !== undefined && !/raw_buffer/i.test(typeOf(transportSocket)));
    return {
      name: listener.name === '' ? `listeners[${i}]` : listener.name,
      scheme: this.#http ? (secure ? 'https' : 'http') : 'tcp',
      direction: DIRECTIONS[listener.trafficDirection],
      leadsTo: [...this.#found].map(([cluster, percent]) => ({ cluster, percent })),
      host: this.#domains.includes('*') ? '' : (this.#domains.find((domain) => !domain.includes('*')) ?? ''),
    };
  }

  #walk(message: AnyMessage): void {
    if (isMessage(message, 'google.protobuf.Any')) {
      try {
        const opened = openAny(message);
        if (opened.kind === 'message') this.#walk(opened.message);
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
      }
      return;
    }
    if (isMessage(message, 'envoy.config.route.v3.RouteConfiguration')) this.#http = true;
    if (isMessage(message, 'envoy.config.route.v3.VirtualHost')) this.#domains.push(...message.domains);
    if (isMessage(message, 'envoy.config.route.v3.WeightedCluster')) {
      const total = message.clusters.reduce((sum, { weight }) => sum + (weight ?? 0), 0);
      for (const { name, weight } of message.clusters) {
        if (this.#known.has(name)) this.#found.set(name, total === 0 ? null : Math.round((100 * (weight ?? 0)) / total));
      }
    }
    const view = reflectOn(message);
    for (const field of view.desc.fields) {
      if (field.name !== 'cluster' || field.fieldKind !== 'scalar' || !view.isSet(field)) continue;
      const name = String(view.get(field));
      if (this.#known.has(name) && !this.#found.has(name)) this.#found.set(name, null);
    }
    eachChild(message, (child) => this.#walk(child));
  }
}

function typeOf(socket: Message<'envoy.config.core.v3.TransportSocket'>): string {
  const { configType } = socket;
  return configType.case === 'typedConfig' ? configType.value.typeUrl : socket.name;
}
