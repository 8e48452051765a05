import { create } from '../api/index.ts';
import { dumpJson } from './json.ts';
import { type AdminContext, type AdminRequest, type AdminRoute, json, page, type Reply, text } from './route.ts';
import { socketAddress } from './socket-address.ts';

/** The listeners that are bound, with their real ports. */
async function answer({ params }: AdminRequest, { view }: AdminContext): Promise<Reply> {
  const statuses = (await view.listeners()).filter(({ state }) => state === 'active');
  if (params.get('format') !== 'json') {
    return text(statuses.flatMap(({ name, addresses }) => addresses.map((address) => `${name}::${address}\n`)).join(''));
  }
  const listenerStatuses = statuses.map(({ name, addresses: [first = '', ...more] }) => ({
    name,
    localAddress: socketAddress(first),
    additionalLocalAddresses: more.map(socketAddress),
  }));
  return json(dumpJson(create('envoy.admin.v3.Listeners', { listenerStatuses })));
}

export const listeners: AdminRoute = page('/listeners', 'print listener info', answer, [
  { name: 'format', help: 'File format to use', oneOf: ['text', 'json'] },
]);
