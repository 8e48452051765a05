import { create, duration, envoy_admin_v3_ServerInfo_State as State } from '../api/index.ts';
import { ENVOY_VERSION, NAME, VERSION } from '../base/version.ts';
import { fullJson } from './json.ts';
import { type AdminContext, type AdminRequest, type AdminRoute, json, page, type Reply } from './route.ts';
import type { AdminView } from './view.ts';

const { major, minor, patch } = ENVOY_VERSION;

/** Five parts as Envoy has them (revision, version, status, build, TLS library), the second being the Envoy that this build follows. */
const VERSION_TEXT = `${NAME}-${VERSION}/${major}.${minor}.${patch}/Clean/RELEASE/Node`;

function answer(_request: AdminRequest, { view }: AdminContext): Reply {
  const uptime = duration(1000 * Math.max(0, Math.floor((Date.now() - view.startedAt) / 1000)));
  return json(
    fullJson(
      create('envoy.admin.v3.ServerInfo', {
        version: VERSION_TEXT,
        state: State[view.state],
        uptimeCurrentEpoch: uptime,
        uptimeAllEpochs: uptime,
        hotRestartVersion: 'disabled',
        commandLineOptions: withoutSecrets(view.commandLine),
        ...(view.node === null ? {} : { node: view.node }),
      }),
    ),
  );
}

/** What `--config-yaml` says may hold keys in place; text in which something is named like one is not shown. */
const SENSITIVE = /private.?key|password|secret|session.?ticket|token|credential/i;

function withoutSecrets(options: AdminView['commandLine']): AdminView['commandLine'] {
  return SENSITIVE.test(options.configYaml ?? '') ? { ...options, configYaml: '[redacted]' } : options;
}

export const serverInfo: AdminRoute = page('/server_info', 'print server version/status information', answer);
