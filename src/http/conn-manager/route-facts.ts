/** What the chosen route tells the stream's info, for the log and whoever asks. */
import type { StreamInfo } from '../../telemetry/stream-info.ts';
import type { Headers } from '../headers.ts';
import type { Route } from '../route.ts';

export function noteRoute(route: Route | null, headers: Headers, random: number, info: StreamInfo): void {
  if (route === null) {
    info.routeName = '';
    info.route = null;
    info.upstreamCluster = '';
    return;
  }
  info.routeName = route.name;
  info.route = route;
  info.virtualHostName = route.virtualHost.name;
  const { action } = route;
  if (action.kind !== 'route') return;
  const cluster = action.pickCluster(headers, random);
  info.upstreamCluster = cluster.current === null ? '' : cluster.name;
}
