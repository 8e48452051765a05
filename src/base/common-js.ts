/**
 * What a lazily imported CommonJS package exports. Node offers its exports by name and as the default export; once bundled it is
 * the default export alone.
 *
 *     const { Registry } = commonJs(await import('prom-client'));
 */
export function commonJs<T extends object>(loaded: T): T {
  return 'default' in loaded ? (loaded.default as T) : loaded;
}
