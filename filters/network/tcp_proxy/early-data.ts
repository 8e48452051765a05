/** What a client sends before there is a host to take it (`max_early_data_bytes`). */
import type { Connection } from '../../../src/net/connection.ts';

export class EarlyData {
  private readonly client: Connection;
  private readonly most: number;
  private pieces: Buffer[];
  private bytes: number;
  /** More than `most` came: the client is not read until the host is there. One read may go beyond. */
  private full: boolean;

  constructor(client: Connection, most: number) {
    this.client = client;
    this.most = most;
    this.pieces = [];
    this.bytes = 0;
    this.full = false;
  }

  /** Copies what is borrowed. */
  keep(buffer: Buffer, start: number, end: number): void {
    this.pieces.push(Buffer.from(buffer.subarray(start, end)));
    this.bytes += end - start;
    if (this.full || this.bytes <= this.most) return;
    this.full = true;
    this.client.readDisable(true);
  }

  /** Gives everything away, and lets the client be read again. */
  writeTo(host: { write(data: Buffer): void }): void {
    const { pieces } = this;
    this.pieces = [];
    for (let i = 0; i < pieces.length; i++) host.write(pieces[i] as Buffer);
    if (!this.full) return;
    this.full = false;
    this.client.readDisable(false);
  }
}
