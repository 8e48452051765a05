import type { IpAddress } from '../../src/base/address.ts';
import { CLOSE_FLUSH } from '../../src/net/connection.ts';
import { NETWORK_CONTINUE, type NetworkFilter, type NetworkFilterCallbacks, type NetworkStatus } from '../../src/net/filter.ts';
import { type AcceptedConnection, LISTENER_CONTINUE, type ListenerFilter, type ListenerStatus } from '../../src/net/listener-filter.ts';
import type { LogEntry } from '../../src/telemetry/access-log.ts';
import {
  type AccessLoggerDefinition,
  defineAccessLogger,
  defineListenerFilter,
  defineNetworkFilter,
  type ListenerContext,
  type ListenerFilterDefinition,
  type NetworkFilterDefinition,
} from '../../src/upstream/factory-context.ts';

/** A terminal network filter that answers what it gets, and writes down what happens to its connections. */
export class EchoFilter implements NetworkFilter {
  readonly log: string[];
  callbacks: NetworkFilterCallbacks | null = null;

  constructor(log: string[]) {
    this.log = log;
  }

  onNewConnection(callbacks: NetworkFilterCallbacks): NetworkStatus {
    this.callbacks = callbacks;
    this.log.push('new');
    return NETWORK_CONTINUE;
  }

  onData(buffer: Buffer, start: number, end: number): NetworkStatus {
    this.callbacks?.connection.write(buffer.subarray(start, end));
    return NETWORK_CONTINUE;
  }

  onEnd(): void {
    this.log.push('end');
    this.callbacks?.connection.close(CLOSE_FLUSH);
  }

  onClose(by: number): void {
    this.log.push(`close ${by}`);
  }

  onAboveHighWatermark(): void {
    this.log.push('high');
  }

  onBelowLowWatermark(): void {
    this.log.push('low');
  }

  onDrain(): void {
    this.log.push('drain');
    this.callbacks?.connection.writeLatin1('draining\n');
  }
}

/** Registered for envoy.extensions.filters.network.echo.v3.Echo. */
export class Echo {
  readonly log: string[] = [];
  readonly filters: EchoFilter[] = [];
  context: ListenerContext | null = null;
  readonly definition: NetworkFilterDefinition;

  constructor() {
    this.definition = defineNetworkFilter({
      name: 'envoy.filters.network.echo',
      message: 'envoy.extensions.filters.network.echo.v3.Echo',
      posture: 'robust_to_untrusted_downstream',
      compile: (_message, context) => {
        this.context = context;
        return { name: 'echo', terminal: true, create: () => this.make() };
      },
    }) as NetworkFilterDefinition;
  }

  make(): EchoFilter {
    const filter = new EchoFilter(this.log);
    this.filters.push(filter);
    return filter;
  }
}

/** A filter that is not terminal: registered for envoy.extensions.filters.network.sni_cluster.v3.SniCluster. */
export const passThrough: NetworkFilterDefinition = defineNetworkFilter({
  name: 'envoy.filters.network.sni_cluster',
  message: 'envoy.extensions.filters.network.sni_cluster.v3.SniCluster',
  posture: 'robust_to_untrusted_downstream',
  compile: () => ({
    name: 'pass',
    terminal: false,
    create: () => ({
      onNewConnection: () => NETWORK_CONTINUE,
      onData: () => NETWORK_CONTINUE,
      onEnd() {},
      onClose() {},
      onAboveHighWatermark() {},
      onBelowLowWatermark() {},
      onDrain() {},
    }),
  }),
}) as NetworkFilterDefinition;

/** A listener filter that answers what the test says: registered for envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector. */
export class Inspector implements ListenerFilter {
  readonly name = 'inspector';
  readonly seen: string[] = [];
  maxPeekBytes = 1024;
  consumed = 0;
  disabled: { matches(accepted: AcceptedConnection): boolean } | null = null;
  accept: (accepted: AcceptedConnection) => ListenerStatus = () => LISTENER_CONTINUE;
  peek: (accepted: AcceptedConnection, peeked: Buffer) => ListenerStatus = () => LISTENER_CONTINUE;

  onAccept(accepted: AcceptedConnection): ListenerStatus {
    return this.accept(accepted);
  }

  onPeek(accepted: AcceptedConnection, peeked: Buffer): ListenerStatus {
    this.seen.push(peeked.toString('latin1'));
    return this.peek(accepted, peeked);
  }

  get definition(): ListenerFilterDefinition {
    return defineListenerFilter({
      name: 'envoy.filters.listener.tls_inspector',
      message: 'envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector',
      posture: 'robust_to_untrusted_downstream',
      compile: () => ({ name: 'inspector', create: () => this }),
    }) as ListenerFilterDefinition;
  }
}

/** An access log that keeps its entries: registered for envoy.extensions.access_loggers.stream.v3.StdoutAccessLog. */
export class KeptLog {
  readonly entries: LogEntry[] = [];
  flushed = 0;

  get definition(): AccessLoggerDefinition {
    return defineAccessLogger({
      name: 'envoy.access_loggers.stdout',
      message: 'envoy.extensions.access_loggers.stream.v3.StdoutAccessLog',
      posture: 'data_plane_agnostic',
      compile: () => ({
        log: (entry) => void this.entries.push(entry),
        flush: () => {
          this.flushed++;
        },
      }),
    }) as AccessLoggerDefinition;
  }
}

/** A kernel that redirected connections to where the test says: registered as `envoy.filters.listener.original_dst`. */
export class Restorer implements ListenerFilter {
  readonly name = 'restore';
  readonly maxPeekBytes = 0;
  readonly consumed = 0;
  /** Null: not redirected. */
  destination: IpAddress | null = null;

  onAccept(accepted: AcceptedConnection): ListenerStatus {
    if (this.destination !== null) {
      accepted.localAddress = this.destination;
      accepted.localAddressRestored = true;
    }
    return LISTENER_CONTINUE;
  }

  onPeek(): ListenerStatus {
    return LISTENER_CONTINUE;
  }

  get definition(): ListenerFilterDefinition {
    return defineListenerFilter({
      name: 'envoy.filters.listener.original_dst',
      message: 'envoy.extensions.filters.listener.original_dst.v3.OriginalDst',
      posture: 'robust_to_untrusted_downstream',
      compile: () => ({ name: this.name, create: () => this }),
    }) as ListenerFilterDefinition;
  }
}
