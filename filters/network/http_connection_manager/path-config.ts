/** What of the message decides how a request's target is read. */
import type { Message } from '../../../src/api/index.ts';
import type { Problems } from '../../../src/base/errors.ts';
import { HostStripper, PORT_ANY, PORT_KEEP, PORT_MATCHING } from '../../../src/http/conn-manager/host-stripper.ts';
import {
  type EscapedSlashes,
  PathNormalizer,
  SLASHES_KEEP,
  SLASHES_REDIRECT,
  SLASHES_REJECT,
  SLASHES_UNESCAPE,
} from '../../../src/http/conn-manager/path-normalizer.ts';

type Manager = Message<'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager'>;

/** PathWithEscapedSlashesAction by number; Envoy's own default keeps them. */
const ACTIONS: readonly EscapedSlashes[] = [SLASHES_KEEP, SLASHES_KEEP, SLASHES_REJECT, SLASHES_REDIRECT, SLASHES_UNESCAPE];

/** Null when paths are taken as they come. */
export function compilePaths(message: Manager): PathNormalizer | null {
  const normalize = message.normalizePath ?? false;
  const escapedSlashes = ACTIONS[message.pathWithEscapedSlashesAction] ?? SLASHES_KEEP;
  if (!normalize && !message.mergeSlashes && escapedSlashes === SLASHES_KEEP) return null;
  return new PathNormalizer({ normalize, mergeSlashes: message.mergeSlashes, escapedSlashes });
}

/** Null when hosts are taken as they come. */
export function compileHosts(message: Manager, problems: Problems): HostStripper | null {
  const any = message.stripPortMode.case === 'stripAnyHostPort' && message.stripPortMode.value;
  const matching = message.stripMatchingHostPort;
  if (any && matching)
    problems.at('strip_any_host_port').add('bad_value', 'only one of strip_matching_host_port and strip_any_host_port can be set');
  if (!any && !matching && !message.stripTrailingHostDot) return null;
  return new HostStripper(any ? PORT_ANY : matching ? PORT_MATCHING : PORT_KEEP, message.stripTrailingHostDot);
}
