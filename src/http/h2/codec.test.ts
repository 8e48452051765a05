import t from 'tap';
import { type CodecPair, codecSuite } from '../../../test/support/codec-suite.ts';
import { FakeStats } from '../../../test/support/stats.ts';
import { H2ClientConnection } from './client.ts';
import { H2ServerConnection } from './server.ts';
import { H2_CLIENT_DEFAULTS, H2_SERVER_DEFAULTS } from './settings.ts';
import { H2_STATS } from './stats.ts';

const HTTP2: CodecPair = {
  name: 'HTTP/2',
  server: (connection, callbacks) =>
    new H2ServerConnection(connection, callbacks, { ...H2_SERVER_DEFAULTS, drainMs: 0 }, new FakeStats().group('http2.', H2_STATS)),
  client: (connection, callbacks) =>
    new H2ClientConnection(connection, callbacks, H2_CLIENT_DEFAULTS, new FakeStats().group('http2.', H2_STATS)),
};

codecSuite(t, HTTP2);
