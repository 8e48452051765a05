import t from 'tap';
import type { StreamInfo } from '../../telemetry/stream-info.ts';
import { pinName } from '../header-name.ts';
import { Headers } from '../headers.ts';
import { HashTickets, HeaderTickets } from './tickets.ts';

const INFO = null as unknown as StreamInfo;
const NAME = pinName('x-ticket');

function ticket(value: string | null, sum: number): number {
  const headers = new Headers();
  if (value !== null) headers.add(NAME, value);
  return new HeaderTickets(NAME).ticket(headers, INFO, sum);
}

t.test('a whole number of 64 bits is a ticket, anything else is none', (t) => {
  t.equal(ticket('0', 3), 0);
  t.equal(ticket('4', 3), 1);
  t.equal(ticket('18446744073709551615', 10), 5);
  t.equal(ticket('18446744073709551616', 10), -1);
  for (const value of ['', '-1', '+1', '1.0', ' 1', 'x', '0x1', '111111111111111111111']) t.equal(ticket(value, 3), -1, value);
  t.equal(ticket(null, 3), -1);
  t.end();
});

t.test('a hash is a ticket, no hash is none', (t) => {
  const hashed = (hash: number) => new HashTickets({ hash: () => hash }).ticket(new Headers(), INFO, 7);
  t.equal(hashed(15), 1);
  t.equal(hashed(-1), -1);
  t.end();
});
