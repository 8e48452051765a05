import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ExtensionDefinition } from './extension/registry.ts';

/** Folders that hold extensions, below the root of the checkout. `filters/common` holds ideas that filters share, no extension. */
const ROOTS = ['listeners', 'filters', 'extensions'];
const SHARED = 'filters/common';

/**
 * Every extension of this build: whatever definitions the `index.ts` of the extension folders export. From the sources the
 * folders are scanned; the release build replaces this module by one with the same list written out (scripts/build.ts).
 */
export async function installed(): Promise<readonly ExtensionDefinition[]> {
  const root = join(import.meta.dirname, '..');
  const modules = await Promise.all(
    extensionFolders(root).map((folder) => import(pathToFileURL(join(root, folder, 'index.ts')).href) as Promise<object>),
  );
  return modules.flatMap(definitionsIn);
}

/** Extension folders relative to `root`, sorted: `filters/http/router`, `listeners/tcp`. */
export function extensionFolders(root: string): string[] {
  const found: string[] = [];
  const scan = (folder: string): void => {
    if (folder === SHARED || !existsSync(join(root, folder))) return;
    if (existsSync(join(root, folder, 'index.ts'))) {
      found.push(folder);
      return;
    }
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      if (entry.isDirectory()) scan(`${folder}/${entry.name}`);
    }
  };
  ROOTS.forEach(scan);
  return found.sort();
}

/** The definitions among a module's exports: one for most folders, two where downstream and upstream differ. */
export function definitionsIn(module: object): ExtensionDefinition[] {
  return Object.values(module).filter(isDefinition);
}

function isDefinition(value: unknown): value is ExtensionDefinition {
  return typeof value === 'object' && value !== null && 'kind' in value && 'message' in value && 'name' in value;
}
