import { fromJson, type JsonInput } from '../../src/api/index.ts';
import type { ExtensionDefinition } from '../../src/extension/registry.ts';
import { SocketConnection } from '../../src/net/socket-connection.ts';
import { READS_EVENTS } from '../../src/net/socket-options.ts';
import { defineDownstreamTransportSocket } from '../../src/upstream/factory-context.ts';
import { Echo, Inspector, KeptLog, passThrough } from './listener-doubles.ts';

/** Plain text without the extension of that name, so that a listener is tested alone. */
const plainText = defineDownstreamTransportSocket({
  name: 'envoy.transport_sockets.raw_buffer',
  message: 'envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer',
  posture: 'robust_to_untrusted_downstream',
  compile: () => ({
    name: 'raw_buffer',
    secure: false,
    ready: true,
    accept(dispatcher, { socket, peeked, localAddress, remoteAddress }, callbacks) {
      const connection = new SocketConnection({
        dispatcher,
        socket,
        readMode: READS_EVENTS,
        localAddress,
        remoteAddress,
        tls: null,
        connected: true,
      });
      callbacks.onReady(connection);
      if (connection.open) connection.start(peeked);
    },
  }),
});

/** What a listener needs to run: an echo, a filter that passes, an inspector, a log, plain text. */
export class ListenerParts {
  readonly echo = new Echo();
  readonly inspector = new Inspector();
  readonly log = new KeptLog();

  get extensions(): ExtensionDefinition[] {
    return [this.echo.definition, passThrough, this.inspector.definition, this.log.definition, plainText as ExtensionDefinition];
  }
}

export const ECHO = { name: 'echo', typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.network.echo.v3.Echo' } };
export const PASS = {
  name: 'pass',
  typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.network.sni_cluster.v3.SniCluster' },
};
export const INSPECTOR = {
  name: 'inspector',
  typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector' },
};
export const LOG = {
  name: 'log',
  typed_config: { '@type': 'type.googleapis.com/envoy.extensions.access_loggers.stream.v3.StdoutAccessLog' },
};

export function socketAddress(address: string, port = 0): { [key: string]: JsonInput } {
  return { socket_address: { address, port_value: port } };
}

/** A listener on 127.0.0.1 that echoes; `more` replaces fields. */
export function listenerMessage(more: { [key: string]: JsonInput } = {}) {
  return fromJson('envoy.config.listener.v3.Listener', {
    name: 'l',
    address: socketAddress('127.0.0.1'),
    filter_chains: [{ filters: [ECHO] }],
    ...more,
  });
}
