/** RANDOM: every host alike; Envoy ignores weights here too. */
import type { Host } from '../host.ts';
import type { HostSource, SourceMaker } from './host-source.ts';
import { below } from './random-bits.ts';

class AtRandom implements HostSource {
  private readonly hosts: readonly Host[];

  constructor(hosts: readonly Host[]) {
    this.hosts = hosts;
  }

  choose(random: number): Host {
    return this.hosts[below(random, this.hosts.length)] as Host;
  }
}

export const random: SourceMaker = { make: (hosts) => new AtRandom(hosts) };
