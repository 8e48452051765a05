import type { Problems } from '../base/errors.ts';
import { ContextBase } from './context-base.ts';
import type { FactoryContext, UpstreamTransportContext } from './factory-context.ts';

/** What the transport sockets of a cluster are compiled with: the context of the cluster, and where it counts. */
export class TransportContext extends ContextBase implements UpstreamTransportContext {
  readonly statPrefix: string;
  readonly #parent: FactoryContext;

  constructor(parent: FactoryContext, statPrefix: string, problems: Problems) {
    super(parent, parent.init, problems);
    this.#parent = parent;
    this.statPrefix = statPrefix;
  }

  get draining(): boolean {
    return this.#parent.draining;
  }

  at(problems: Problems): TransportContext {
    return new TransportContext(this.#parent, this.statPrefix, problems);
  }
}
