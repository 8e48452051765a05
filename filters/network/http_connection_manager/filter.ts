import { ConnectionManager } from '../../../src/http/conn-manager/manager.ts';
import type { ConnectionManagerSettings } from '../../../src/http/conn-manager/settings.ts';
import type { NetworkFilter, NetworkFilterFactory } from '../../../src/net/filter.ts';

/** The manager itself is a room of `src/http`: this makes one for each connection. */
export class ConnectionManagerFactory implements NetworkFilterFactory {
  readonly name = 'envoy.filters.network.http_connection_manager';
  readonly terminal = true;
  readonly settings: ConnectionManagerSettings;

  constructor(settings: ConnectionManagerSettings) {
    this.settings = settings;
  }

  create(): NetworkFilter {
    return new ConnectionManager(this.settings);
  }
}
