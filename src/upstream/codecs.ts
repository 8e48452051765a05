/** The codecs that pools speak with. */
import { H1ClientConnection } from '../http/h1/client.ts';
import type { ClientCodecs } from './pool/pool.ts';

export const CODECS: ClientCodecs = {
  create: (_protocol, connection, callbacks, settings) => new H1ClientConnection(connection, callbacks, settings.h1),
};
