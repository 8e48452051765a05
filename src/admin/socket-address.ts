import type { Init } from '../api/index.ts';

/** `127.0.0.1:80`, `[::1]:80` or a path, as statuses and logs have them, in the API's form. */
export function socketAddress(text: string): Init<'envoy.config.core.v3.Address'> {
  const [, ip, bracketed, port] = /^(?:([\d.]+)|\[(.+)\]):(\d+)$/.exec(text) ?? [];
  if (port === undefined) return { address: { case: 'pipe', value: { path: text } } };
  const portSpecifier = { case: 'portValue', value: Number(port) } as const;
  return { address: { case: 'socketAddress', value: { address: ip ?? bracketed ?? '', portSpecifier } } };
}
