/**
 * LEAST_REQUEST as Envoy does it. Equal weights: of `choiceCount` hosts drawn at random the one with the fewest requests in
 * flight (Mitzenmacher's power of two choices). Unequal weights: earliest deadline first, where a host that is due gets
 * the weight `weight / (active + 1) ^ bias` for its next turn.
 */
import type { RuntimeNumber } from '../../base/runtime-values.ts';
import type { Host } from '../host.ts';
import { EdfSchedule } from './edf.ts';
import { equalWeights, type HostSource, type SourceMaker, weightsOf } from './host-source.ts';
import { below, nextRandom } from './random-bits.ts';

class OfSeveral implements HostSource {
  private readonly hosts: readonly Host[];
  private readonly choices: number;

  constructor(hosts: readonly Host[], choices: number) {
    this.hosts = hosts;
    this.choices = choices;
  }

  choose(random: number): Host {
    const hosts = this.hosts;
    const n = hosts.length;
    if (n === 1) return hosts[0] as Host;
    let state = random;
    let best = hosts[below(state, n)] as Host;
    for (let drawn = 1; drawn < this.choices; drawn++) {
      state = nextRandom(state);
      const host = hosts[below(state, n)] as Host;
      if (host.activeRequests < best.activeRequests) best = host;
    }
    return best;
  }
}

/** `selection_method: FULL_SCAN`: the fewest of all; of several, one at random. */
class OfAll implements HostSource {
  private readonly hosts: readonly Host[];

  constructor(hosts: readonly Host[]) {
    this.hosts = hosts;
  }

  choose(random: number): Host {
    const hosts = this.hosts;
    let state = random;
    let best = hosts[0] as Host;
    let equal = 1;
    for (let i = 1; i < hosts.length; i++) {
      const host = hosts[i] as Host;
      if (host.activeRequests > best.activeRequests) continue;
      if (host.activeRequests < best.activeRequests) {
        best = host;
        equal = 1;
        continue;
      }
      state = nextRandom(state);
      if (below(state, ++equal) === 0) best = host;
    }
    return best;
  }
}

class ByLoad implements HostSource {
  private readonly hosts: readonly Host[];
  private readonly bias: number;
  private readonly schedule: EdfSchedule;

  constructor(hosts: readonly Host[], bias: number, start: number) {
    this.hosts = hosts;
    this.bias = bias;
    this.schedule = new EdfSchedule(weightsOf(hosts));
    for (let skipped = start % hosts.length; skipped > 0; skipped--) this.choose();
  }

  choose(): Host {
    const host = this.hosts[this.schedule.first] as Host;
    this.schedule.defer(this.weight(host));
    return host;
  }

  private weight(host: Host): number {
    if (this.bias === 1) return host.weight / (host.activeRequests + 1);
    if (this.bias === 0) return host.weight;
    return host.weight / (host.activeRequests + 1) ** this.bias;
  }
}

/** `choiceCount` ≥ 2, or 0 for all; `bias` ≥ 0 (`active_request_bias`), read when hosts change. */
export class LeastRequest implements SourceMaker {
  private readonly choiceCount: number;
  private readonly bias: number | RuntimeNumber;

  constructor(choiceCount: number, bias: number | RuntimeNumber) {
    this.choiceCount = choiceCount;
    this.bias = bias;
  }

  make(hosts: readonly Host[], start: number): HostSource {
    if (!equalWeights(hosts)) return new ByLoad(hosts, this.biasNow(), start);
    return this.choiceCount === 0 ? new OfAll(hosts) : new OfSeveral(hosts, this.choiceCount);
  }

  /** A key may hold any number; below zero it means nothing. */
  private biasNow(): number {
    const bias = this.bias;
    const value = typeof bias === 'number' ? bias : bias.read();
    return value < 0 ? 1 : value;
  }
}
