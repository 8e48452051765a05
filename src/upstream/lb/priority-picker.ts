/**
 * The part that all list-based policies share: which priority, whether its healthy, degraded or (in panic) all hosts, an
 * exact host that somebody asked for, and staying away from hosts that failed this request before.
 */
import type { StatGroup } from '../../telemetry/stats.ts';
import { CLUSTER_STATS } from '../cluster-stats.ts';
import type { Host } from '../host.ts';
import { localitySource } from './by-locality.ts';
import type { HostSource, SourceMaker } from './host-source.ts';
import type { HostSet, LbCommon, LbPolicy, PickContext, Picker } from './picker.ts';
import { priorityLoad } from './priority-load.ts';
import { nextRandom } from './random-bits.ts';

const PANIC = CLUSTER_STATS.slot.lb_healthy_panic;

/** One way that traffic can go, with its share. */
class Branch {
  /** Upper end of its share in [0, 100). */
  readonly until: number;
  /** Null: no host is there to be used. */
  readonly source: HostSource | null;
  readonly panic: boolean;

  constructor(until: number, source: HostSource | null, panic: boolean) {
    this.until = until;
    this.source = source;
    this.panic = panic;
  }
}

export class PriorityPicker implements Picker {
  private readonly sets: readonly HostSet[];
  private readonly branches: readonly Branch[];
  /** The only branch there is: nothing to decide. Null when there are several. */
  private readonly only: Branch | null;
  private readonly stats: StatGroup;
  /** Built when somebody asks for an exact host. */
  private byKey: Map<string, Host> | null;
  /** Picks so far, the picker before this one included: where a round goes on. */
  picks: number;

  constructor(sets: readonly HostSet[], common: LbCommon, maker: SourceMaker, picks: number) {
    this.sets = sets;
    this.branches = branchesOf(sets, common, maker, picks);
    this.only = this.branches.length === 1 ? (this.branches[0] as Branch) : null;
    this.stats = common.stats;
    this.byKey = null;
    this.picks = picks;
  }

  pick(context: PickContext): Host | null {
    if (context.override !== '') {
      const host = this.exact(context.override);
      if (host !== null) return host;
    }
    let random = nextRandom(context.random);
    let host = this.pickOnce(random);
    const { tried } = context;
    if (tried === null) return host;
    for (let again = 0; again < tried.repicks && host !== null && tried.rejects(host); again++) {
      random = nextRandom(random);
      host = this.pickOnce(random);
    }
    return host;
  }

  private pickOnce(random: number): Host | null {
    this.picks = (this.picks + 1) & 0x3fffffff;
    const branch = this.only ?? this.branch(random % 100);
    if (branch.panic) this.stats.inc(PANIC);
    return branch.source === null ? null : branch.source.choose(nextRandom(random));
  }

  private branch(at: number): Branch {
    const { branches } = this;
    let i = 0;
    while (i < branches.length - 1 && at >= (branches[i] as Branch).until) i++;
    return branches[i] as Branch;
  }

  /** A healthy or degraded host by its address; others are not worth being loyal to. */
  private exact(key: string): Host | null {
    let table = this.byKey;
    if (table === null) {
      table = new Map();
      for (const set of this.sets) for (const host of set.hosts) table.set(host.key, host);
      this.byKey = table;
    }
    const host = table.get(key);
    return host?.healthy ? host : null;
  }
}

function branchesOf(sets: readonly HostSet[], common: LbCommon, maker: SourceMaker, start: number): Branch[] {
  const load = priorityLoad(sets, common);
  const branches: Branch[] = [];
  let until = 0;
  for (let i = 0; i < sets.length; i++) {
    const set = sets[i] as HostSet;
    const panic = load.panic[i] as boolean;
    for (const [share, hosts] of [
      [load.healthy[i] as number, set.healthy],
      [load.degraded[i] as number, set.degraded],
    ] as const) {
      if (share === 0) continue;
      until += share;
      const used = panic ? set.hosts : hosts;
      let source: HostSource | null = null;
      if (used.length > 0) {
        const byLocality = common.localityWeighted && !panic;
        source = byLocality ? localitySource(used, set, common, maker, start) : maker.make(used, start);
      }
      branches.push(new Branch(until, source, panic));
    }
  }
  // No priority at all: like an empty one, which is in panic unless panic is off.
  if (branches.length === 0) branches.push(new Branch(100, null, common.panicThreshold > 0));
  return branches;
}

/** A policy that chooses from lists. */
export class ListPolicy implements LbPolicy {
  readonly name: string;
  private readonly maker: SourceMaker;
  /** As `LbCommon.localityWeighted`, where the policy says it. */
  private readonly localityWeighted: boolean;

  constructor(name: string, maker: SourceMaker, localityWeighted = false) {
    this.name = name;
    this.maker = maker;
    this.localityWeighted = localityWeighted;
  }

  build(sets: readonly HostSet[], given: LbCommon, previous: Picker | null): Picker {
    const common = this.localityWeighted ? Object.assign({}, given, { localityWeighted: true }) : given;
    return new PriorityPicker(sets, common, this.maker, previous instanceof PriorityPicker ? previous.picks : 0);
  }
}
