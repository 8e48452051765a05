/** Sets an attempt going: over a pool's connection that fits the client and the host, or as a tunnel that ends here. */
import type { FilterStream } from '../../../src/http/filter.ts';
import type { RouteEntry } from '../../../src/http/route.ts';
import { replaceAuthority } from '../../../src/http/routing/rewrite.ts';
import { endsHere } from '../../../src/http/upgrade.ts';
import { addressesOf } from '../../../src/net/transport-socket.ts';
import type { Attempt } from '../../../src/upstream/attempt.ts';
import type { Cluster } from '../../../src/upstream/cluster.ts';
import type { Host } from '../../../src/upstream/host.ts';

/** `tell`: the upstream may know what the authority was. */
export function startAttempt(
  attempt: Attempt,
  stream: FilterStream,
  cluster: Cluster,
  host: Host,
  action: RouteEntry,
  tell: boolean,
): void {
  const { requestHeaders: headers, info } = stream;
  if (info.attempts > 1) info.forgetConnection();
  info.host = host;
  info.upstreamHostName = host.hostname;
  info.attemptStart = info.sinceStart(stream.dispatcher.timers.now);
  if (endsHere(headers, action.upgrades)) {
    attempt.startTunnel(stream.dispatcher);
    return;
  }
  const selector = cluster.selector(action.highPriority === true, stream.info.protocol, headers);
  if (action.autoHost === true && host.hostname !== '') {
    replaceAuthority(headers, host.hostname, action.appendForwardedHost === true, tell);
  }
  attempt.start(host.perDownstream ? selector.forClient(addressesOf(stream.connection)) : selector);
}
