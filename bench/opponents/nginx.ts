import { ask, findCommand } from '../core/find.ts';
import type { Opponent, Scenario, Wiring } from '../model.ts';

function config(_scenario: Scenario, wiring: Wiring, folder: string): string {
  return `worker_processes 1;
daemon off;
master_process off;
pid ${folder}/nginx.pid;
error_log ${folder}/nginx-error.log warn;
events { worker_connections 4096; }
http {
  access_log off;
  client_max_body_size 0;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  keepalive_requests 1000000000;
  upstream service {
    server ${wiring.backend.host}:${wiring.backend.port};
    keepalive 256;
    keepalive_requests 1000000000;
  }
  server {
    listen 127.0.0.1:${wiring.listen} backlog=2048;
    tcp_nodelay on;
    location / {
      proxy_pass http://service;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $host;
      proxy_request_buffering off;
    }
  }
}
`;
}

export default {
  name: 'nginx',
  // Its upstream side speaks no HTTP/2.
  shapes: ['http1'],
  find() {
    const command = findCommand('nginx');
    if (command === null) return { present: false, missing: 'nginx is not installed (bench/install-peers.sh installs it)' };
    return { present: true, command, version: /nginx\/(\S+)/.exec(ask(command, ['-v']))?.[1] ?? 'unknown' };
  },
  config: (scenario, wiring, folder) => ({ name: 'nginx.conf', text: config(scenario, wiring, folder) }),
  command: (found, file, _wiring, folder) => [found, '-c', file, '-p', folder, '-e', `${folder}/nginx-error.log`],
} satisfies Opponent;
