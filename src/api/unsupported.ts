import type { Problems } from '../base/errors.ts';
import type { AnyMessage } from './message.ts';
import { reflectOn } from './reflect.ts';

/**
 * Refuses by name every field of `message` that is set and not among `honoured` (proto names): what the proxy does not do is an
 * error at its path and never silently ignored. Fields without presence count as set when they are not at their default.
 * `hints` says what to do about a field; false when something was refused.
 */
export function refuseOthers(
  message: AnyMessage,
  honoured: ReadonlySet<string>,
  problems: Problems,
  hints: Readonly<Record<string, string>> = {},
): boolean {
  const view = reflectOn(message);
  let fine = true;
  for (const field of view.desc.fields) {
    if (honoured.has(field.name) || !view.isSet(field)) continue;
    problems.at(field.name).add('unsupported', `${field.name} is not supported`, hints[field.name]);
    fine = false;
  }
  return fine;
}
