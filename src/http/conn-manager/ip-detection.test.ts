import t from 'tap';
import { requestHead } from '../../../test/support/http-manager.ts';
import { ipAddress } from '../../base/address.ts';
import { pinName } from '../header-name.ts';
import { InternalAddresses } from './internal-addresses.ts';
import { Detected, ForwardedDetection, HeaderDetection, type IpDetection, TrustedProxies } from './ip-detection.ts';

const detect = (detection: IpDetection, fields: Readonly<Record<string, string>>, peer = '192.168.0.9'): unknown[] => {
  const detected = new Detected();
  detection.detect(requestHead('/', fields), ipAddress(peer, 1), detected);
  const { address, trusted, append, refused } = detected;
  return [address === null ? null : address.kind === 'ip' ? address.ip : '', trusted, append, refused];
};

t.test('a header of its own holds one address and nothing else', (t) => {
  const detection = new HeaderDetection(pinName('x-real-ip'), true, 0);
  t.same(detect(detection, { 'x-real-ip': '1.2.3.4' }), ['1.2.3.4', true, false, 0]);
  t.same(detect(detection, { 'x-real-ip': '::1' }), ['::1', true, false, 0]);
  for (const value of ['', 'me', '1.2.3.4:80', '1.2.3.4, 5.6.7.8', '[::1]', '1.2.3']) {
    t.same(detect(detection, { 'x-real-ip': value }), [null, false, false, 0], value);
  }
  t.same(detect(detection, {}), [null, false, false, 0]);
  t.same(detect(new HeaderDetection(pinName('x-real-ip'), false, 403), {}), [null, false, false, 403]);
  t.end();
});

t.test('of x-forwarded-for the entry behind the trusted hops counts', (t) => {
  const list = (value: string) => ({ 'x-forwarded-for': value });
  t.same(detect(new ForwardedDetection(0, false), list('1.1.1.1, 2.2.2.2')), ['2.2.2.2', false, false, 0]);
  t.same(detect(new ForwardedDetection(1, true), list('1.1.1.1, 2.2.2.2')), ['1.1.1.1', false, true, 0]);
  t.same(detect(new ForwardedDetection(0, true), list('1.1.1.1')), ['1.1.1.1', true, true, 0]);
  t.same(detect(new ForwardedDetection(1, true), list('1.1.1.1')), [null, false, true, 0]);
  t.same(detect(new ForwardedDetection(0, false), {}), [null, false, false, 0]);
  t.end();
});

t.test('of proxies that are trusted by address the last other one is the client', (t) => {
  const ranges = [
    { address: '192.168.0.0', prefix: 16 },
    { address: 'fd00::', prefix: 8 },
  ];
  const detection = new TrustedProxies(new InternalAddresses(ranges, false), false);
  const list = (value: string) => ({ 'x-forwarded-for': value });
  t.same(detect(detection, list('1.1.1.1')), ['1.1.1.1', true, false, 0]);
  t.same(detect(detection, list('9.9.9.9,1.1.1.1,192.168.1.1, fd00::1')), ['1.1.1.1', false, false, 0]);
  t.same(detect(detection, list('192.168.1.1,192.168.1.2')), ['192.168.1.1', false, false, 0], 'the first one when all are trusted');
  t.same(detect(detection, list('1.1.1.1,junk,192.168.1.2')), [null, false, false, 0], 'nothing before what is no address');
  t.same(detect(detection, {}), [null, false, false, 0]);
  t.same(detect(detection, list('1.1.1.1'), '5.5.5.5'), [null, false, true, 0], 'a peer that is not trusted is written down');
  t.end();
});
