/** ROUND_ROBIN as Envoy does it: in turn when all weights are equal, earliest deadline first by weight otherwise. */
import type { Host } from '../host.ts';
import { EdfSchedule } from './edf.ts';
import { equalWeights, type HostSource, type SourceMaker, weightsOf } from './host-source.ts';

class InTurn implements HostSource {
  private readonly hosts: readonly Host[];
  private next: number;

  constructor(hosts: readonly Host[], start: number) {
    this.hosts = hosts;
    this.next = start % hosts.length;
  }

  choose(): Host {
    const host = this.hosts[this.next] as Host;
    this.next = this.next + 1 === this.hosts.length ? 0 : this.next + 1;
    return host;
  }
}

class ByWeight implements HostSource {
  private readonly hosts: readonly Host[];
  private readonly schedule: EdfSchedule;

  constructor(hosts: readonly Host[], start: number) {
    this.hosts = hosts;
    this.schedule = new EdfSchedule(weightsOf(hosts));
    for (let skipped = start % hosts.length; skipped > 0; skipped--) this.choose();
  }

  choose(): Host {
    const host = this.hosts[this.schedule.first] as Host;
    this.schedule.defer(host.weight);
    return host;
  }
}

export const roundRobin: SourceMaker = {
  make: (hosts, start) => (equalWeights(hosts) ? new InTurn(hosts, start) : new ByWeight(hosts, start)),
};
