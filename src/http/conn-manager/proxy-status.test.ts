import t from 'tap';
import { responseHead } from '../../../test/support/http-manager.ts';
import { ipAddress } from '../../base/address.ts';
import { FLAG } from '../../telemetry/response-flags.ts';
import { StreamInfo } from '../../telemetry/stream-info.ts';
import { pinName } from '../header-name.ts';
import { ProxyStatus, type ProxyStatusSettings } from './proxy-status.ts';

const ALL: ProxyStatusSettings = { name: 'me', details: true, terminationDetails: true, flags: true, recommendedStatus: false };

function told(
  flags: readonly number[],
  settings: Partial<ProxyStatusSettings> = {},
  before: Record<string, string> = {},
  details = 'why',
): unknown[] {
  const localAddress = ipAddress('127.0.0.1', 1);
  const downstream = {
    connectionId: 1,
    localAddress,
    directRemoteAddress: localAddress,
    tls: null,
    serverName: '',
    listenerName: '',
    filterChainName: '',
  };
  const info = new StreamInfo(downstream, 0, 0);
  info.responseCodeDetails = details;
  info.connectionTerminationDetails = 'ended';
  for (const flag of flags) info.addFlags(flag);
  const head = responseHead(404, before);
  new ProxyStatus({ ...ALL, ...settings }).apply(head, info);
  return [head.get(pinName('proxy-status')), head.status];
}

t.test('what went wrong is told in the words of RFC 9209', (t) => {
  t.same(told([FLAG.NoRouteFound]), ['me; error=destination_not_found; details="why; ended; NR"', 404]);
  t.same(told([FLAG.UpstreamOverflow], { flags: false }), ['me; error=connection_limit_reached; details="why; ended"', 404]);
  t.same(told([FLAG.UpstreamOverflow], { terminationDetails: false }), ['me; error=connection_limit_reached; details="why; UO"', 404]);
  t.same(told([FLAG.UpstreamOverflow], { details: false }), ['me; error=connection_limit_reached', 404]);
  t.same(told([FLAG.NoRouteFound], { details: false, recommendedStatus: true }), ['me; error=destination_not_found', 500]);
  t.end();
});

t.test('proxies on the way are a list', (t) => {
  t.same(told([FLAG.NoRouteFound], { details: false }, { 'proxy-status': 'you; error=x' }), [
    'you; error=x, me; error=destination_not_found',
    404,
  ]);
  t.end();
});

t.test('what has quotes is quoted', (t) => {
  const settings = { terminationDetails: false, flags: false };
  t.same(told([FLAG.NoRouteFound], settings, {}, 'a "b\\'), ['me; error=destination_not_found; details="a \\"b\\\\"', 404]);
  t.end();
});

t.test('nothing is said when nothing went wrong', (t) => {
  t.same(told([]), [undefined, 404]);
  t.same(told([FLAG.DelayInjected]), [undefined, 404]);
  t.end();
});
