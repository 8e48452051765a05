import t from 'tap';
import { codecSuite } from '../../../test/support/codec-suite.ts';
import { H1ClientConnection } from './client.ts';
import { H1ServerConnection } from './server.ts';
import { CLIENT_DEFAULTS, SERVER_DEFAULTS } from './settings.ts';

codecSuite(t, {
  name: 'HTTP/1.1',
  server: (connection, callbacks) => new H1ServerConnection(connection, callbacks, { ...SERVER_DEFAULTS, enableTrailers: true }),
  client: (connection, callbacks) => new H1ClientConnection(connection, callbacks, { ...CLIENT_DEFAULTS, enableTrailers: true }),
});
