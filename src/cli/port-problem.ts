import type { Problem } from '../base/errors.ts';
import { portOwner } from './port-owner.ts';

/** Adds to "address already in use" who uses it, where the kernel tells, and what to do. */
export function explainPorts(problems: readonly Problem[]): readonly Problem[] {
  return problems.map((problem) => {
    const port = problem.code === 'io' ? /:(\d+)\b.*(?:in use|EADDRINUSE)/.exec(problem.message)?.[1] : undefined;
    if (port === undefined) return problem;
    const owner = portOwner(Number(port));
    const hint =
      owner === null
        ? `find who listens there with: ss -ltnp 'sport = :${port}'`
        : `${owner} listens there: end it, or choose another port`;
    return { ...problem, hint };
  });
}
