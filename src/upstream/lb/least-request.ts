/**
 * LEAST_REQUEST as Envoy does it. Equal weights: of `choiceCount` hosts drawn at random the one with the fewest requests in
 * flight (Mitzenmacher's power of two choices). Unequal weights: earliest deadline first, where a host that is due gets
 * the weight `weight / (active + 1) ^ bias` for its next turn.
 */
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

/** `choiceCount` ≥ 2, `bias` ≥ 0 (`active_request_bias`). */
export class LeastRequest implements SourceMaker {
  private readonly choiceCount: number;
  private readonly bias: number;

  constructor(choiceCount: number, bias: number) {
    this.choiceCount = choiceCount;
    this.bias = bias;
  }

  make(hosts: readonly Host[], start: number): HostSource {
    return equalWeights(hosts) ? new OfSeveral(hosts, this.choiceCount) : new ByLoad(hosts, this.bias, start);
  }
}
