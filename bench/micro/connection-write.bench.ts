/** What a connection adds to the write of a turn: gathering a head and a body, against the ways that suggest themselves. */
import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { ipAddress } from '../../src/base/address.ts';
import { systemClock } from '../../src/base/clock.ts';
import { createDispatcher } from '../../src/net/event-loop.ts';
import { SocketConnection } from '../../src/net/socket-connection.ts';
import { READS_EVENTS } from '../../src/net/socket-options.ts';
import type { Micro } from './harness.ts';

/** A kernel that takes everything at once. */
class Sink extends EventEmitter {
  readonly destroyed = false;
  readonly writableLength = 0;
  bytes = 0;
  write(data: Buffer | string): boolean {
    this.bytes += data.length;
    return true;
  }
  cork(): void {}
  uncork(): void {}
}

const sink = new Sink();
const dispatcher = createDispatcher({ clock: systemClock, workerIndex: 0, timersRun: false });
const connection = new SocketConnection({
  dispatcher,
  socket: sink as unknown as Socket,
  readMode: READS_EVENTS,
  localAddress: null,
  remoteAddress: ipAddress('127.0.0.1', 1),
  tls: null,
  connected: true,
});
connection.setBufferLimit(1_048_576);
// Flushed by hand: a turn of the loop is not what is measured.
connection.dirty = true;

const head = `HTTP/1.1 200 OK\r\n${'x-header: some value of it\r\n'.repeat(10)}\r\n`;
const small = Buffer.alloc(1024, 'b');
const large = Buffer.alloc(65_536, 'b');

export default {
  name: 'connection-write',
  cases: [
    {
      name: 'head, flush',
      run(times) {
        for (let i = 0; i < times; i++) {
          connection.writeLatin1(head);
          connection.flush();
        }
        return sink.bytes;
      },
    },
    {
      name: 'head and 1 KiB, flush',
      run(times) {
        for (let i = 0; i < times; i++) {
          connection.writeLatin1(head);
          connection.write(small);
          connection.flush();
        }
        return sink.bytes;
      },
    },
    {
      name: 'head and 64 KiB in place',
      run(times) {
        for (let i = 0; i < times; i++) {
          connection.writeLatin1(head);
          connection.write(large);
        }
        return sink.bytes;
      },
    },
    {
      name: 'Buffer.concat of head and 1 KiB',
      run(times) {
        for (let i = 0; i < times; i++) sink.write(Buffer.concat([Buffer.from(head, 'latin1'), small]));
        return sink.bytes;
      },
    },
    {
      name: 'head as a string',
      run(times) {
        for (let i = 0; i < times; i++) sink.write(head);
        return sink.bytes;
      },
    },
  ],
} satisfies Micro;
