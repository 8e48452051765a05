import {
  type AcceptedConnection,
  LISTENER_CONTINUE,
  type ListenerFilter,
  type ListenerFilterFactory,
  type ListenerStatus,
} from '../../src/net/listener-filter.ts';
import type { OriginalDestinations } from '../../src/net/original-destination.ts';

export const NAME = 'envoy.filters.listener.original_dst';

/** Keeps nothing of a connection, so one object serves them all. */
export class OriginalDstFilter implements ListenerFilter {
  readonly name = NAME;
  readonly maxPeekBytes = 0;
  readonly consumed = 0;
  private readonly destinations: OriginalDestinations;

  constructor(destinations: OriginalDestinations) {
    this.destinations = destinations;
  }

  onAccept(accepted: AcceptedConnection): ListenerStatus {
    const destination = this.destinations.of(accepted.socket);
    if (destination !== null) {
      accepted.localAddress = destination;
      accepted.localAddressRestored = true;
    }
    return LISTENER_CONTINUE;
  }

  onPeek(): ListenerStatus {
    return LISTENER_CONTINUE;
  }
}

export class OriginalDstFactory implements ListenerFilterFactory {
  readonly name = NAME;
  private readonly filter: OriginalDstFilter;

  constructor(destinations: OriginalDestinations) {
    this.filter = new OriginalDstFilter(destinations);
  }

  create(): ListenerFilter {
    return this.filter;
  }
}
