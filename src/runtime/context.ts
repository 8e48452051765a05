/** What every compile of one worker gets (`FactoryContext`), narrowed to one message and one init gate. */
import type { Problems } from '../base/errors.ts';
import { ContextBase, type ContextParts as SharedParts } from '../upstream/context-base.ts';
import type { FactoryContext, InitManager } from '../upstream/factory-context.ts';

/** The parts that all compiles of a worker share. */
export interface ContextParts extends SharedParts {
  /** Asked each time, so that contexts of long ago see the drain too. */
  readonly life: WorkerLife;
}

/** Of the listener that is compiled for: outbound listeners do not drain when only the inbound ones are told to. */
export interface WorkerLife {
  readonly draining: boolean;
}

export class WorkerContext extends ContextBase implements FactoryContext {
  readonly #parts: ContextParts;

  constructor(parts: ContextParts, init: InitManager, problems: Problems) {
    super(parts, init, problems);
    this.#parts = parts;
  }

  get draining(): boolean {
    return this.#parts.life.draining;
  }

  at(problems: Problems): WorkerContext {
    return new WorkerContext(this.#parts, this.init, problems);
  }
}
