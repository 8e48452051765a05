import { hostname } from 'node:os';
import t from 'tap';
import { refusal } from './guard.ts';

t.test('names of this machine, addresses and no name at all may pass', async (t) => {
  for (const host of [
    undefined,
    '',
    'localhost',
    'localhost:1',
    'a.localhost:80',
    '127.0.0.1',
    '10.0.0.1:15000',
    '[::1]',
    '[fe80::1]:80',
    hostname(),
  ]) {
    t.equal(refusal(host, undefined), null, String(host));
  }
});

t.test('other names are refused', async (t) => {
  for (const host of [
    'evil.example',
    'evil.example:15000',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'localhost@evil',
    '[evil]',
    '::1',
  ]) {
    t.match(refusal(host, undefined), /is not a name of this machine/, host);
  }
});

t.test('an origin must be of this machine too', async (t) => {
  t.equal(refusal('localhost', 'http://localhost:3000'), null);
  t.equal(refusal('localhost', 'http://[::1]:3000'), null);
  for (const origin of ['http://evil.example', 'null', '', 'file://', 'http://localhost.evil'])
    t.match(refusal('localhost', origin), /may not use/, origin);
});
