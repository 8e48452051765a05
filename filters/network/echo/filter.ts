import type { Connection } from '../../../src/net/connection.ts';
import {
  NETWORK_STOP,
  type NetworkFilter,
  type NetworkFilterCallbacks,
  type NetworkFilterFactory,
  type NetworkStatus,
} from '../../../src/net/filter.ts';

export class EchoFactory implements NetworkFilterFactory {
  readonly name = 'envoy.filters.network.echo';
  readonly terminal = true;

  create(): NetworkFilter {
    return new Echo();
  }
}

/** Sends back what it gets, and ends when the client does. */
class Echo implements NetworkFilter {
  private connection: Connection | null;

  constructor() {
    this.connection = null;
  }

  onNewConnection(callbacks: NetworkFilterCallbacks): NetworkStatus {
    this.connection = callbacks.connection;
    return NETWORK_STOP;
  }

  onData(buffer: Buffer, start: number, end: number): NetworkStatus {
    (this.connection as Connection).write(buffer.subarray(start, end));
    return NETWORK_STOP;
  }

  onEnd(): void {
    (this.connection as Connection).end();
  }

  onClose(): void {}

  /** A client that does not take its answers is not read. */
  onAboveHighWatermark(): void {
    (this.connection as Connection).readDisable(true);
  }

  onBelowLowWatermark(): void {
    (this.connection as Connection).readDisable(false);
  }

  onDrain(): void {}
}
