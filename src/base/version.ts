/**
 * What the proxy says it is. `VERSION` follows package.json (a test holds them together); `ENVOY_VERSION` is the Envoy
 * whose API, defaults and stats names this build follows, as `/server_info` and the xDS node report it.
 */
export const NAME = 'outrigger';
export const VERSION = '0.1.0';
export const ENVOY_VERSION = { major: 1, minor: 40, patch: 0 } as const;
