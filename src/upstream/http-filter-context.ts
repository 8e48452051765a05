import type { Problems } from '../base/errors.ts';
import { ContextBase } from './context-base.ts';
import type { FactoryContext, HttpFilterContext, ListenerContext } from './factory-context.ts';

/** The context of one HTTP filter, made from that of what surrounds it (a listener, or nothing for tables that arrive by name). */
export class FilterContext extends ContextBase implements HttpFilterContext {
  readonly listenerName: string;
  readonly statName: string;
  readonly direction: ListenerContext['direction'];
  readonly bufferLimit: number;
  readonly statPrefix: string;
  readonly filterName: string;
  readonly #parent: FactoryContext & Partial<ListenerContext>;

  constructor(parent: FactoryContext & Partial<ListenerContext>, statPrefix: string, filterName: string, problems: Problems) {
    super(parent, parent.init, problems);
    this.#parent = parent;
    this.listenerName = parent.listenerName ?? '';
    this.statName = parent.statName ?? '';
    this.direction = parent.direction ?? 'unspecified';
    this.bufferLimit = parent.bufferLimit ?? 0;
    this.statPrefix = statPrefix;
    this.filterName = filterName;
  }

  get draining(): boolean {
    return this.#parent.draining;
  }

  at(problems: Problems): FilterContext {
    return new FilterContext(this.#parent, this.statPrefix, this.filterName, problems);
  }
}
