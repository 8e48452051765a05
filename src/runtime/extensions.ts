import { type ExtensionDefinition, ExtensionRegistry } from '../extension/registry.ts';

/** The registry of a build without the extensions that `--disable-extensions` names (`envoy.filters.http.fault`). */
export function registryOf(installed: readonly ExtensionDefinition[], disabled: readonly string[]): ExtensionRegistry {
  const registry = new ExtensionRegistry();
  for (const definition of installed) if (!disabled.includes(definition.name)) registry.register(definition);
  return registry;
}
