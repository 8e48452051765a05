import type { ByteMeter, ConnectTimes } from './stream-info.ts';

/** Several attempts of one request, as one. */
export class MeterSum implements ByteMeter {
  readonly first: ByteMeter;
  readonly second: ByteMeter;

  constructor(first: ByteMeter, second: ByteMeter) {
    this.first = first;
    this.second = second;
  }

  get connection(): ConnectTimes | undefined {
    return this.second.connection;
  }

  get wireBytesReceived(): number {
    return (this.first.wireBytesReceived ?? 0) + (this.second.wireBytesReceived ?? 0);
  }

  get wireBytesSent(): number {
    return (this.first.wireBytesSent ?? 0) + (this.second.wireBytesSent ?? 0);
  }

  get headBytesReceived(): number {
    return (this.first.headBytesReceived ?? 0) + (this.second.headBytesReceived ?? 0);
  }

  get headBytesSent(): number {
    return (this.first.headBytesSent ?? 0) + (this.second.headBytesSent ?? 0);
  }

  /** Of one protocol or of both: HTTP/1.1 has no other bytes in its heads. */
  get plainBytesReceived(): number {
    const plain = (meter: ByteMeter): number => meter.plainBytesReceived ?? meter.headBytesReceived ?? 0;
    return plain(this.first) + plain(this.second);
  }
}
