import { ask, findCommand } from '../core/find.ts';
import type { Opponent, Scenario, Wiring } from '../model.ts';

function config(scenario: Scenario, wiring: Wiring): string {
  const front = scenario.load.protocol === 'h2' ? ' proto h2' : '';
  const back = (scenario.service ?? scenario.load.protocol) === 'h1' ? '' : ' proto h2';
  return `global
  nbthread 1
  maxconn 8192
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  timeout http-keep-alive 60s
  option http-keep-alive
  http-reuse always
frontend bench
  bind 127.0.0.1:${wiring.listen} backlog 2048${front}
  default_backend service
backend service
  server one ${wiring.backend.host}:${wiring.backend.port} pool-max-conn 256${back}
`;
}

export default {
  name: 'haproxy',
  shapes: ['http1', 'http2'],
  find() {
    const command = findCommand('haproxy');
    if (command === null) return { present: false, missing: 'haproxy is not installed (bench/install-peers.sh installs it)' };
    return { present: true, command, version: /version (\d[\w.]*)/.exec(ask(command, ['-v']))?.[1] ?? 'unknown' };
  },
  config: (scenario, wiring) => ({ name: 'haproxy.cfg', text: config(scenario, wiring) }),
  command: (found, file) => [found, '-db', '-f', file],
} satisfies Opponent;
