import t from 'tap';
import { type Address, ipAddress } from '../../../src/base/address.ts';
import { headerV1, headerV2 } from './header.ts';

function pair(remote: Address, local: Address): { remote: Address; local: Address } {
  return { remote, local };
}

const V4 = pair(ipAddress('10.0.0.2', 40000), ipAddress('10.0.0.1', 443));
const V6 = pair(ipAddress('2001:db8::2', 40000), ipAddress('2001:db8:0:1::ffff:10.0.0.1', 443));

t.test('version 1 is a line of text', (t) => {
  t.equal(headerV1(V4).toString(), 'PROXY TCP4 10.0.0.2 10.0.0.1 40000 443\r\n');
  t.equal(headerV1(V6).toString(), 'PROXY TCP6 2001:db8::2 2001:db8:0:1::ffff:10.0.0.1 40000 443\r\n');
  t.end();
});

t.test('version 2 is binary', (t) => {
  t.equal(headerV2(V4).toString('hex'), '0d0a0d0a000d0a515549540a2111000c0a0000020a0000019c4001bb');
  t.equal(
    headerV2(V6).toString('hex'),
    '0d0a0d0a000d0a515549540a212100242001' + '0db8000000000000000000000002' + '20010db800000001' + '0000ffff0a000001' + '9c4001bb',
  );
  t.end();
});

t.test('an IPv4 client of a dual-stack socket is an IPv4 client', (t) => {
  const mapped = pair(ipAddress('::ffff:10.0.0.2', 40000), ipAddress('::ffff:10.0.0.1', 443));
  t.equal(headerV1(mapped).toString(), headerV1(V4).toString());
  t.equal(headerV2(mapped).toString('hex'), headerV2(V4).toString('hex'));
  t.end();
});

t.test('addresses of two families are both written as IPv6', (t) => {
  const mixed = pair(ipAddress('10.0.0.2', 40000), ipAddress('2001:db8::1', 443));
  t.equal(headerV1(mixed).toString(), 'PROXY TCP6 ::ffff:10.0.0.2 2001:db8::1 40000 443\r\n');
  t.match(headerV2(mixed).toString('hex'), /2121002400000000000000000000ffff0a000002/);
  t.end();
});

t.test('without a client, or with one that has no IP address, nobody is named', (t) => {
  const unix = pair({ kind: 'pipe', path: '/run/a' }, ipAddress('10.0.0.1', 443));
  for (const addresses of [null, unix]) {
    t.equal(headerV1(addresses).toString(), 'PROXY UNKNOWN\r\n');
    t.equal(headerV2(addresses).toString('hex'), '0d0a0d0a000d0a515549540a20000000');
  }
  t.end();
});
