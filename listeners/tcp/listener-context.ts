import type { Problems } from '../../src/base/errors.ts';
import { OverloadState } from '../../src/base/overload.ts';
import { ContextBase } from '../../src/upstream/context-base.ts';
import type { FactoryContext, ListenerContext } from '../../src/upstream/factory-context.ts';

export interface ListenerFacts extends Pick<ListenerContext, 'listenerName' | 'statName' | 'direction' | 'bufferLimit'> {
  /** Nothing inside hears of the overload manager (`bypass_overload_manager`). */
  readonly bypassesOverload: boolean;
}

/** What everything inside a listener is compiled with: the context that the listener got, and what it knows of itself. */
export class InsideListener extends ContextBase implements ListenerContext {
  readonly listenerName: string;
  readonly statName: string;
  readonly direction: ListenerContext['direction'];
  readonly bufferLimit: number;
  readonly #parent: FactoryContext;
  readonly #facts: ListenerFacts;

  constructor(parent: FactoryContext, facts: ListenerFacts, problems: Problems) {
    super(facts.bypassesOverload ? { ...parent, overload: new OverloadState() } : parent, parent.init, problems);
    this.#parent = parent;
    this.#facts = facts;
    this.listenerName = facts.listenerName;
    this.statName = facts.statName;
    this.direction = facts.direction;
    this.bufferLimit = facts.bufferLimit;
  }

  /** Asked each time: the listener may be told to drain long after it was compiled. */
  get draining(): boolean {
    return this.#parent.draining;
  }

  at(problems: Problems): InsideListener {
    return new InsideListener(this.#parent, this.#facts, problems);
  }
}
