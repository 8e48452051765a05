/** `/init_dump`: what listeners that are not active yet wait for. */
import { create } from '../api/index.ts';
import { dumpJson } from './json.ts';
import { type AdminRoute, json, page } from './route.ts';

const LISTENER = 'listener ';

export const initDump: AdminRoute = page(
  '/init_dump',
  'dump current Envoy init manager information (experimental)',
  ({ params }, { view }) => {
    const mask = (params.get('mask') ?? '').split(',').filter((each) => each !== '');
    const listeners = mask.length === 0 || mask.includes('listener');
    // As in Envoy: clusters do not show, they hold the whole server.
    const waiting = listeners ? view.warming().filter(([name]) => name.startsWith(LISTENER)) : [];
    const unreadyTargetsDumps = waiting.map(([name, targets]) => ({
      name: `init manager Listener-local-init-manager ${name.slice(LISTENER.length)}`,
      targetNames: targets.map(targetName),
    }));
    return json(dumpJson(create('envoy.admin.v3.UnreadyTargetsDumps', { unreadyTargetsDumps })));
  },
  [{ name: 'mask', help: 'The component whose unready targets to dump: listener' }],
);

/** Secrets are called as in Envoy, where several may share one. */
function targetName(wait: string): string {
  const [, secret] = /^secret (.*)$/.exec(wait) ?? [];
  return secret === undefined ? `target ${wait}` : `shared target SdsApi ${secret}`;
}
