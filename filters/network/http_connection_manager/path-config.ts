/** What of the message decides how a request's target is read. */
import type { Message } from '../../../src/api/index.ts';
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
