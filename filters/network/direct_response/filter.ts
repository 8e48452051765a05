import { CLOSE_FLUSH } from '../../../src/net/connection.ts';
import {
  NETWORK_STOP,
  type NetworkFilter,
  type NetworkFilterCallbacks,
  type NetworkFilterFactory,
  type NetworkStatus,
} from '../../../src/net/filter.ts';

export class DirectResponseFactory implements NetworkFilterFactory {
  readonly name = 'envoy.filters.network.direct_response';
  readonly terminal = true;
  readonly response: Buffer;

  constructor(response: Buffer) {
    this.response = response;
  }

  create(): NetworkFilter {
    return new DirectResponse(this.response);
  }
}

/** Sends its bytes and closes, whatever the client has to say. */
class DirectResponse implements NetworkFilter {
  private readonly response: Buffer;

  constructor(response: Buffer) {
    this.response = response;
  }

  onNewConnection({ connection, info }: NetworkFilterCallbacks): NetworkStatus {
    info.responseCodeDetails = 'direct_response';
    connection.write(this.response);
    connection.close(CLOSE_FLUSH);
    return NETWORK_STOP;
  }

  onData(): NetworkStatus {
    return NETWORK_STOP;
  }

  onEnd(): void {}

  onClose(): void {}

  onAboveHighWatermark(): void {}

  onBelowLowWatermark(): void {}

  onDrain(): void {}
}
