import { ConfigError, type Problem } from '../../src/base/errors.ts';

/** The problems of the ConfigError that `run` throws; empty when it throws nothing. Other errors pass. */
export function problemsOf(run: () => unknown): readonly Problem[] {
  try {
    run();
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}
