/** What a real istiod sent (`test/captures`), and how to leave parts of it out by name. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

export type JsonObject = { readonly [key: string]: unknown };

interface Captures {
  readonly resources: readonly JsonObject[];
  /** `scenario/pod` → indices of its resources. */
  readonly pods: { readonly [pod: string]: readonly number[] };
}

export function readCaptures(): Captures {
  const file = new URL('../captures/istiod.json.gz', import.meta.url);
  return JSON.parse(gunzipSync(readFileSync(file)).toString('utf8')) as Captures;
}

/** Something that is left out wherever it stands. Answers the value to have instead, `LEAVE_OUT`, or the value itself. */
export interface Omission {
  readonly name: string;
  replace(value: unknown, key: string, owner: JsonObject): unknown;
}

export const LEAVE_OUT = Symbol('left out');

/** An entry of a list with that name, a filter of any kind, and its settings of routes. */
export function filter(name: string | RegExp): Omission {
  const matches = (value: unknown): boolean => typeof value === 'string' && (typeof name === 'string' ? value === name : name.test(value));
  return {
    name: `the filter ${name}`,
    replace: (value, key) => (matches(key) || (key === '' && isObject(value) && matches(value['name'])) ? LEAVE_OUT : value),
  };
}

export function field(name: string): Omission {
  return { name: `the field ${name}`, replace: (value, key) => (key === name ? LEAVE_OUT : value) };
}

/** An enum value, with another one in its place. */
export function value(key: string, from: string, to: string): Omission {
  return { name: `${key}: ${from}`, replace: (value, at) => (at === key && value === from ? to : value) };
}

/** The same JSON without what is left out; `used` gets the names of what was there. */
export function without(json: unknown, omissions: readonly Omission[], used: Set<string> = new Set()): unknown {
  const visit = (node: unknown, key: string, owner: JsonObject): unknown => {
    let current = node;
    for (const omission of omissions) {
      const next = omission.replace(current, key, owner);
      if (next !== current) used.add(omission.name);
      if (next === LEAVE_OUT) return LEAVE_OUT;
      current = next;
    }
    if (Array.isArray(current)) return current.map((entry) => visit(entry, '', {})).filter((entry) => entry !== LEAVE_OUT);
    if (!isObject(current)) return current;
    const object = current;
    return Object.fromEntries(
      Object.entries(object)
        .map(([name, entry]) => [name, visit(entry, name, object)] as const)
        .filter(([, entry]) => entry !== LEAVE_OUT),
    );
  };
  return visit(json, 'resource', {});
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
