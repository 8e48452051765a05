/** How many connections a listener may have, and all listeners together; both over all workers. */
import { type OverloadState, strikes } from '../../src/base/overload.ts';
import type { RuntimeInteger } from '../../src/base/runtime-values.ts';
import type { SharedCount } from '../../src/telemetry/stats.ts';

export const TAKEN = 0 as const;
export const OVER_OWN = 1 as const;
export const OVER_ALL = 2 as const;
/** The overload manager rejects connections. */
export const OVERLOADED = 3 as const;
export type Taken = typeof TAKEN | typeof OVER_OWN | typeof OVER_ALL | typeof OVERLOADED;

export class ConnectionLimits {
  private readonly own: SharedCount;
  private readonly ownLimit: RuntimeInteger;
  /** Null for a listener that the limit of all does not concern (`ignore_global_conn_limit`). */
  private readonly all: SharedCount | null;
  private readonly allLimit: RuntimeInteger;
  /** Null for a listener that the overload manager does not concern (`bypass_overload_manager`). */
  private readonly overload: OverloadState | null;

  constructor(
    own: SharedCount,
    ownLimit: RuntimeInteger,
    all: SharedCount | null,
    allLimit: RuntimeInteger,
    overload: OverloadState | null,
  ) {
    this.own = own;
    this.ownLimit = ownLimit;
    this.all = all;
    this.allLimit = allLimit;
    this.overload = overload;
  }

  /** `TAKEN` is to be given back with `release`. */
  take(): Taken {
    if (this.overload !== null && strikes(this.overload.rejectConnections)) return OVERLOADED;
    if (this.all !== null && !this.all.tryAcquire(this.allLimit.read())) return OVER_ALL;
    if (this.own.tryAcquire(this.ownLimit.read())) return TAKEN;
    if (this.all !== null) this.all.release();
    return OVER_OWN;
  }

  release(): void {
    this.own.release();
    if (this.all !== null) this.all.release();
  }
}
