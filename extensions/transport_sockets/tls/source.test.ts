import { platform } from 'node:process';
import t from 'tap';
import { ipAddress } from '../../../src/base/address.ts';
import { type Libc, loadLibc } from '../../../src/net/libc.ts';
import { PreparedSocket } from '../../../src/net/prepared-socket.ts';
import { newAuthority } from '../../../test/support/certificates.ts';
import { NO_OPTIONS, TlsBench } from '../../../test/support/tls.ts';
import { contextJson } from '../../../test/support/tls-json.ts';
import * as definitions from './index.ts';

const LINUX = { skip: platform === 'linux' ? false : 'only on Linux' };
const IP_BIND_ADDRESS_NO_PORT = '0/24';

const root = newAuthority('root');
const server = root.workload('spiffe://td/server');

function spy(set: string[]): Libc {
  const real = loadLibc() as Libc;
  return {
    ...real,
    setsockopt(fd, level, name, value, length) {
      set.push(`${level}/${name}`);
      return real.setsockopt(fd, level, name, value, length);
    },
  };
}

t.test('a connection over TLS comes from the source that is asked for, and takes its port late', LINUX, async (t) => {
  const bench = new TlsBench(definitions);
  t.teardown(() => bench.close());
  const address = await bench.serve(bench.downstream(contextJson({ certificate: server })));
  const set: string[] = [];
  const sourceAddress = ipAddress('127.0.0.6', 0);
  const opener = new PreparedSocket([], sourceAddress, spy(set));
  const { callbacks, connection } = await bench.shake(bench.upstream(contextJson({ trusts: root.pem })), address, {
    ...NO_OPTIONS,
    sourceAddress,
    opener,
  });
  t.same(callbacks.events, ['connected']);
  t.match(connection.localAddress, { ip: '127.0.0.6' });
  t.same(set, [IP_BIND_ADDRESS_NO_PORT]);
});

t.test('a source that is not ours is an error that says so', LINUX, async (t) => {
  const bench = new TlsBench(definitions);
  t.teardown(() => bench.close());
  const address = await bench.serve(bench.downstream(contextJson({ certificate: server })));
  const sourceAddress = ipAddress('192.0.2.1', 0);
  const opener = new PreparedSocket([], sourceAddress, loadLibc() as Libc);
  const { callbacks, connection } = await bench.shake(bench.upstream(contextJson({ trusts: root.pem })), address, {
    ...NO_OPTIONS,
    sourceAddress,
    opener,
  });
  t.match(callbacks.events, [/^close/]);
  t.match(connection.errorText, /^failed to bind to 192\.0\.2\.1/);
});
