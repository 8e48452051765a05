import type { Position, Problem } from '../base/errors.ts';

/** Lists inside of an element are never merged with others. */
const FIRST_ELEMENT = /^([^[]*)\[(\d+)\]/;

/** Where each field path of a message stood. A path that was not written (a missing field) answers its nearest parent. */
export class PositionIndex {
  readonly #positions = new Map<string, Position>();

  set(path: string, position: Position): void {
    this.#positions.set(path, position);
  }

  /**
   * Takes over what another text said, which is merged over this one: elements of its lists stand behind those that are here. Answers
   * where a path of that text stands after the merge.
   */
  append(other: PositionIndex): (path: string) => string {
    const lengths = new Map<string, number>();
    for (const path of this.#positions.keys()) {
      const [, list, index] = FIRST_ELEMENT.exec(path) ?? [];
      if (list !== undefined) lengths.set(list, Math.max(lengths.get(list) ?? 0, Number(index) + 1));
    }
    const shift = (path: string): string =>
      path.replace(FIRST_ELEMENT, (_, list: string, index: string) => `${list}[${Number(index) + (lengths.get(list) ?? 0)}]`);
    for (const [path, position] of other.#positions) if (path !== '' || this.#positions.size === 0) this.set(shift(path), position);
    return shift;
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
