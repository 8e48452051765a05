import { CLOSE_NO_FLUSH, type Connection } from '../../net/connection.ts';
import type { StatGroup } from '../../telemetry/stats.ts';
import type { Protocol } from '../../telemetry/stream-info.ts';
import type { ClientCallbacks, ClientConnection, RequestEncoder, ResponseDecoder } from '../codec.ts';
import type { H2ClientSettings } from './settings.ts';

/** The client side of an HTTP/2 connection (RFC 9113). */
export class H2ClientConnection implements ClientConnection {
  readonly protocol: Protocol;
  readonly connection: Connection;
  readonly callbacks: ClientCallbacks;
  readonly settings: H2ClientSettings;
  readonly stats: StatGroup;

  constructor(connection: Connection, callbacks: ClientCallbacks, settings: H2ClientSettings, stats: StatGroup) {
    this.protocol = 'HTTP/2';
    this.connection = connection;
    this.callbacks = callbacks;
    this.settings = settings;
    this.stats = stats;
  }

  get available(): number {
    return 0;
  }

  get activeStreams(): number {
    return 0;
  }

  newStream(_decoder: ResponseDecoder): RequestEncoder {
    throw new Error('no stream is available');
  }

  onData(_buffer: Buffer, _start: number, _end: number): void {}

  onEnd(): void {}

  onClose(): void {}

  onAboveHighWatermark(): void {}

  onBelowLowWatermark(): void {}

  drain(): void {}

  close(): void {
    this.connection.close(CLOSE_NO_FLUSH);
  }
}
