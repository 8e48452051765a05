import t from 'tap';
import { formatIpv4, formatIpv6, ipBytes } from './ip.ts';

const hex = (ip: string): string | null => {
  const bytes = ipBytes(ip);
  return bytes === null ? null : Buffer.from(bytes).toString('hex');
};

t.test('addresses become bytes in network order', (t) => {
  t.equal(hex('10.0.0.255'), '0a0000ff');
  t.equal(hex('::'), '0'.repeat(32));
  t.equal(hex('::1'), `${'0'.repeat(31)}1`);
  t.equal(hex('2001:db8::'), `20010db8${'0'.repeat(24)}`);
  t.equal(hex('1:2:3:4:5:6:7:8'), '00010002000300040005000600070008');
  t.equal(hex('::ffff:10.0.0.1'), `${'0'.repeat(20)}ffff0a000001`);
  t.equal(hex('64:ff9b::192.0.2.33'), '0064ff9b0000000000000000c0000221');
  t.equal(hex('fe80::1%eth0'), 'fe800000000000000000000000000001', 'a zone is no part of the bytes');
  t.end();
});

t.test('other texts are no addresses', (t) => {
  for (const text of [
    '',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.256',
    '01.2.3.4',
    '1.2.3.4 ',
    'host',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7::8:9',
    '12345::',
    'g::',
    '::1.2.3',
    '::1.2.3.4:5',
    ':1',
  ]) {
    t.equal(hex(text), null, text);
  }
  t.end();
});

t.test('bytes become the shortest text', (t) => {
  for (const text of [
    '::',
    '::1',
    '2001:db8::1',
    '1:2:3:4:5:6:7:8',
    '1:0:2::3',
    '2001:db8:0:1:1:1:1:1',
    '1::',
    '::ffff:10.0.0.1',
    'a::b:0:0:c',
  ]) {
    t.equal(formatIpv6(ipBytes(text) as Uint8Array, 0), text);
  }
  t.equal(formatIpv6(Buffer.concat([Buffer.alloc(3, 9), ipBytes('fe80::2') as Uint8Array]), 3), 'fe80::2');
  t.equal(formatIpv4(Buffer.from([7, 127, 0, 0, 6]), 1), '127.0.0.6');
  t.end();
});
