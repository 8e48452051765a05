/**
 * Upgrades and CONNECT through a real Envoy and through Outrigger, in every combination of protocols: what the upstream gets, what the
 * client gets, both directions of the tunnel, access log and counters. The upstream ends first: who else may is a difference of its own.
 */
import t from 'tap';
import { type ChildProxy, envoyMissing, startChild } from '../support/child-proxy.ts';
import type { Version } from '../support/http2.ts';
import { clusterOf } from '../support/http2-bootstrap.ts';
import { eventually, statValue } from '../support/process-facts.ts';
import { openTunnel, readBytes, readToEnd, startTunnelService, type TunnelRequest } from '../support/tunnel.ts';
import { listener } from './corpus.ts';
import { blank } from './observe.ts';

const missing = envoyMissing();

interface Attempt {
  readonly name: string;
  readonly protocol: string;
  readonly path: string;
  readonly early?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const ATTEMPTS: readonly Attempt[] = [
  { name: 'a WebSocket', protocol: 'websocket', path: '/chat?a=b', headers: { 'sec-websocket-key': 'k', 'x-own': '1' } },
  { name: 'in another case', protocol: 'WebSocket', path: '/' },
  { name: 'early bytes', protocol: 'websocket', path: '/', early: 'ping' },
  { name: 'refused', protocol: 'websocket', path: '/refuse' },
  { name: 'not configured', protocol: 'other', path: '/' },
  { name: 'off on this route', protocol: 'websocket', path: '/off' },
  { name: 'on on this route', protocol: 'own', path: '/own' },
  { name: 'configured off', protocol: 'never', path: '/' },
  { name: 'configured off, on on this route', protocol: 'never', path: '/own' },
  { name: 'no route', protocol: 'websocket', path: '/none' },
  { name: 'a direct response', protocol: 'websocket', path: '/direct' },
  { name: 'CONNECT', protocol: '', path: 'db:5432' },
  { name: 'a gRPC client', protocol: 'other', path: '/', headers: { 'content-type': 'application/grpc' } },
];

const COUNTERS =
  /^http\.ingress\.downstream_(?:cx_upgrades|rq_(?:\dxx|total|ws_on|completed|response_before|active))|^cluster\.app\.(?:upstream_rq_(?:total|\d|completed|active)|external)/;

function bootstrap(up: Version, port: number): object {
  const route = (match: object, upgrades: readonly object[] = []) => ({
    match,
    route: { cluster: 'app', timeout: '0s', upgrade_configs: upgrades },
  });
  const main = listener('main', {
    codec_type: 'AUTO',
    delayed_close_timeout: '0.05s',
    http2_protocol_options: { allow_connect: true },
    upgrade_configs: [{ upgrade_type: 'websocket' }, { upgrade_type: 'CONNECT' }, { upgrade_type: 'never', enabled: false }],
    route_config: {
      virtual_hosts: [
        {
          name: 'all',
          domains: ['*'],
          routes: [
            route({ connect_matcher: {} }),
            route({ prefix: '/off' }, [{ upgrade_type: 'websocket', enabled: false }]),
            route({ prefix: '/own' }, [{ upgrade_type: 'own' }, { upgrade_type: 'never' }]),
            { match: { prefix: '/direct' }, direct_response: { status: 200, body: { inline_string: 'direct' } } },
            route({ safe_regex: { regex: '/(chat|refuse)?' } }),
          ],
        },
      ],
    },
  });
  return { static_resources: { listeners: [main], clusters: [clusterOf(up, 'app', port)] } };
}

function serve(request: TunnelRequest): void {
  if (request.target.startsWith('/refuse')) {
    request.refuse(403, 'no');
    return;
  }
  const duplex = request.grant({ 'x-granted': '1' });
  duplex.write('hello');
  void readBytes(duplex, 4).then((text) => duplex.end(`you said ${text}`));
}

/** Envoy takes the FIN of an HTTP/1.1 upstream in a tunnel for a reset, whoever was to speak; here it is the end of the response. */
function ended(line: string, up: Version): string {
  return up === 'h1' ? line.replace(/(101|CONNECT .* 200) UC .*?connection_termination\}/, '$1 - via_upstream') : line;
}

/** The token of `connection` has no case. */
function fieldsOf(headers: Readonly<Record<string, string>>): string[] {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${name === 'connection' ? String(value).toLowerCase() : value}`)
    .sort();
}

async function observe(kind: ChildProxy['kind'], down: Version, up: Version): Promise<object> {
  const asked: string[] = [];
  const service = await startTunnelService(up, (request) => {
    asked.push(blank([`${request.method} ${request.target} ${request.protocol}`, ...fieldsOf(request.headers)].join('\n')));
    serve(request);
  });
  const proxy = await startChild(kind, bootstrap(up, service.port));
  const port = proxy.ports.get('main') ?? 0;
  const answers: Record<string, string> = {};
  let stats = '';
  let accessLog = '';
  try {
    for (const attempt of ATTEMPTS) {
      const tunnel = await openTunnel(down, port, attempt);
      let body: string;
      if (tunnel.headers['x-granted'] !== '1') {
        body = await tunnel.body();
      } else {
        if (attempt.early === undefined) tunnel.duplex.write('ping');
        body = await readToEnd(tunnel.duplex);
      }
      answers[attempt.name] = blank([tunnel.status, ...fieldsOf(tunnel.headers), '', body].join('\n'));
      tunnel.close();
    }
    await eventually(async () => statValue((await proxy.admin('/stats')).body, 'http.ingress.downstream_cx_active') === 0, 2000);
    stats = (await proxy.admin('/stats')).body;
  } finally {
    service.close();
    accessLog = (await proxy.stop()).accessLog;
  }
  const counters = stats.split('\n').filter((line) => COUNTERS.test(line) && !line.endsWith(': 0'));
  const lines = accessLog.split('\n').filter((line) => line !== '');
  return { asked, answers, accessLog: lines.map((line) => ended(blank(line), up)).sort(), counters };
}

t.test('Outrigger opens tunnels as Envoy does', { skip: missing ?? false, jobs: 1 }, async (t) => {
  for (const down of ['h1', 'h2'] as const) {
    for (const up of ['h1', 'h2'] as const) {
      t.strictSame(await observe('outrigger', down, up), await observe('envoy', down, up), `${down} → ${up}`);
    }
  }
});
