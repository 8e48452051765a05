import { readFileSync } from 'node:fs';
import type { Endpoint } from '../../model.ts';

export type Settings = { readonly listen: number; readonly backend: Endpoint };

/** The settings that the benchmark wrote for this app. */
export function readSettings(): Settings {
  return JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Settings;
}
