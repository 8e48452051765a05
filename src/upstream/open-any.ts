/** Opens an Any at its place in a configuration: bytes that cannot be read are one more problem there. */
import { type Any, type Opened, openAny } from '../api/index.ts';
import { ConfigError, type Problems } from '../base/errors.ts';

export function openAt(any: Any, problems: Problems): Opened | null {
  try {
    return openAny(any);
  } catch (error) {
    if (!(error instanceof ConfigError)) {
      // biome-ignore lint/plugin: runs when a configuration is read, and the error is a bug
      throw error;
    }
    for (const problem of error.problems) problems.add(problem.code, problem.message, problem.hint);
    return null;
  }
}
