import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import t from 'tap';
import { newAuthority } from '../../../test/support/certificates.ts';

const PROGRAM = `
const tls = require('node:tls');
const { CERT: cert, KEY: key } = process.env;
const server = tls.createServer({ cert, key }, (socket) => socket.end('x'));
server.listen(0, '127.0.0.1', () => {
  let sessions = 0;
  const client = tls.connect({ port: server.address().port, host: '127.0.0.1', rejectUnauthorized: false });
  client.on('session', () => sessions++);
  client.on('data', () => {});
  client.on('close', () => {
    console.log(client.getProtocol(), sessions);
    server.close();
  });
});`;

t.test("with the launcher's configuration of OpenSSL a full handshake of TLS 1.3 gives one ticket", async (t) => {
  const { chain, keyPem } = newAuthority('root').workload('spiffe://td/server');
  const env = { ...process.env, CERT: chain, KEY: keyPem };
  const tickets = (...flags: string[]) => execFileSync(process.execPath, [...flags, '-e', PROGRAM], { encoding: 'utf8', env }).trim();
  t.match(tickets(`--openssl-config=${join(import.meta.dirname, '../../../bin/openssl.cnf')}`), / 1$/);
  t.match(tickets(), / 2$/, "OpenSSL's own number");
});
