/** What a filter (or the codec, while a filter runs) asked for: carried out when no filter method is on the stack any more. */
import type { Fault } from '../faults.ts';
import type { HeaderMutations } from '../route.ts';

export class PendingEnd {
  /** Of a local reply; null when only a reset was asked for. */
  readonly fault: Fault | null;
  readonly status: number;
  readonly body: string;
  readonly mutations: HeaderMutations | null;
  /** An end without an answer: wins over the reply. */
  reset: Fault | null;
  /** The codec has given the stream up already. */
  gone: boolean;

  constructor(fault: Fault | null, status: number, body: string, mutations: HeaderMutations | null) {
    this.fault = fault;
    this.status = status;
    this.body = body;
    this.mutations = mutations;
    this.reset = null;
    this.gone = false;
  }
}
