import type { Connection } from '../../net/connection.ts';
import type { StatGroup } from '../../telemetry/stats.ts';
import type { Protocol } from '../../telemetry/stream-info.ts';
import type { ServerCallbacks, ServerConnection } from '../codec.ts';
import type { Fault } from '../faults.ts';
import type { H2ServerSettings } from './settings.ts';

/** The server side of an HTTP/2 connection (RFC 9113). */
export class H2ServerConnection implements ServerConnection {
  readonly protocol: Protocol;
  readonly connection: Connection;
  readonly callbacks: ServerCallbacks;
  readonly settings: H2ServerSettings;
  readonly stats: StatGroup;

  constructor(connection: Connection, callbacks: ServerCallbacks, settings: H2ServerSettings, stats: StatGroup) {
    this.protocol = 'HTTP/2';
    this.connection = connection;
    this.callbacks = callbacks;
    this.settings = settings;
    this.stats = stats;
  }

  get activeStreams(): number {
    return 0;
  }

  get readingHead(): boolean {
    return false;
  }

  onData(_buffer: Buffer, _start: number, _end: number): void {}

  onEnd(): void {}

  onClose(): void {}

  onAboveHighWatermark(): void {}

  onBelowLowWatermark(): void {}

  drain(): void {}

  abandonHead(_fault: Fault): void {}
}
