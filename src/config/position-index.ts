import type { Position, Problem } from '../base/errors.ts';

/** Where each field path of a message stood. A path that was not written (a missing field) answers its nearest parent. */
export class PositionIndex {
  readonly #positions = new Map<string, Position>();

  set(path: string, position: Position): void {
    this.#positions.set(path, position);
  }

  find(path: string): Position | undefined {
    for (let at = path; ; ) {
      const position = this.#positions.get(at);
      if (position !== undefined) return position;
      const cut = Math.max(at.lastIndexOf('.'), at.lastIndexOf('['));
      if (cut <= 0) return this.#positions.get('');
      at = at.slice(0, cut);
    }
  }

  /** The problem with its position filled in, when the path is known. */
  locate(problem: Problem): Problem {
    if (problem.position !== undefined) return problem;
    const position = this.find(problem.path);
    return position === undefined ? problem : { ...problem, position };
  }
}
