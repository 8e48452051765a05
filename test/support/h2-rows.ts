/** Tables of what a client sends to a server codec after its preface and SETTINGS, and the frames that have to come back, exactly. */
import type { Test } from 'tap';
import type { H2ServerSettings } from '../../src/http/h2/settings.ts';
import { frame, ServerEnd } from './h2-wire.ts';
import { answerOk } from './http-messages.ts';

export interface Row {
  readonly rule: string;
  readonly send: readonly Uint8Array[];
  readonly expect: readonly string[];
  readonly change?: Partial<H2ServerSettings>;
  /** Requests are answered as soon as they are complete. */
  readonly answer?: boolean;
}

/** What `answer` looks like on stream 1. */
export const RESPONSE: readonly string[] = ['HEADERS 1 :status 200, content-length: 2', 'DATA 1 END ok'];
export const PING: Buffer = frame('PING', 0, 0, '8 bytes!');
export const PONG = 'PING ACK 8 bytes!';

export const dies = (code: string, last = 0): string[] => [`GOAWAY ${last} ${code}`];
export const resets = (code: string, id = 1): string[] => [`RST_STREAM ${id} ${code}`];

/** Runs every row twice: whole, and byte by byte. A connection that did not die answers a PING afterwards. */
export function runRows(t: Test, rows: readonly Row[]): void {
  for (const { rule, send, expect, change, answer } of rows) {
    for (const bytewise of [false, true]) {
      const end = new ServerEnd(change, answer === true ? answerOk : null);
      if (bytewise) end.connection.pushBytewise(Buffer.concat(send));
      t.same(bytewise ? end.take() : end.send(...send), expect, bytewise ? `${rule}, byte by byte` : rule);
      const died = expect.at(-1)?.startsWith('GOAWAY') === true;
      t.equal(end.callbacks.finished !== null, died, `${rule}: the connection`);
      if (!died) t.same(end.send(PING), [PONG], `${rule}: afterwards`);
      else t.same(end.send(PING), [], `${rule}: nothing more`);
      end.connection.fail('');
      t.equal(end.stat('streams_active'), 0);
    }
  }
}
