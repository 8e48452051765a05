import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { create, type Init, toBinary } from '../api/index.ts';
import { RESOURCE_TYPES, type Resource } from './contracts.ts';
import { SecretManager } from './secret-manager.ts';

function secret(name: string, init: Init<typeof RESOURCE_TYPES.secret>): Resource {
  const message = create(RESOURCE_TYPES.secret, init);
  return { type: RESOURCE_TYPES.secret, name, version: '', bytes: toBinary(message) };
}

const inline = (value: string) => ({ specifier: { case: 'inlineString' as const, value } });

t.test('a handle is there before its secret and tells its watchers', (t) => {
  const manager = new SecretManager();
  const handle = manager.handle('ca');
  let calls = 0;
  const watcher = { onSecret: () => calls++ };
  handle.watch(watcher);
  t.equal(handle.current, null);
  t.same(manager.set(secret('ca', { type: { case: 'validationContext', value: { trustedCa: inline('PEM') } } })), []);
  t.match(handle.current, { kind: 'validation_context', trustedCa: 'PEM', crl: '' });
  t.equal(handle.version, 1);
  manager.remove('ca');
  t.equal(handle.current, null);
  handle.unwatch(watcher);
  manager.set(secret('ca', { type: { case: 'validationContext', value: {} } }));
  t.equal(calls, 2);
  t.end();
});

t.test('certificates come from files', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'secret-'));
  writeFileSync(join(folder, 'key.pem'), 'KEY');
  const manager = new SecretManager();
  const file = (name: string) => ({ specifier: { case: 'filename' as const, value: join(folder, name) } });
  const value = { certificateChain: inline('CHAIN'), privateKey: file('key.pem') };
  t.same(manager.set(secret('cert', { type: { case: 'tlsCertificate', value } })), []);
  t.match(manager.handle('cert').current, { kind: 'tls_certificate', certificateChain: 'CHAIN', privateKey: 'KEY' });
  const bad = manager.set(secret('cert', { type: { case: 'tlsCertificate', value: { ...value, privateKey: file('absent.pem') } } }));
  t.match(bad, [{ code: 'io', path: 'tls_certificate.private_key.filename' }]);
  t.equal(manager.handle('cert').version, 1, 'and the old one stays');
  t.end();
});

t.test('other kinds of secret are refused by name', (t) => {
  const manager = new SecretManager();
  const value = { secret: inline('x') };
  t.match(manager.set(secret('g', { type: { case: 'genericSecret', value } })), [{ code: 'unsupported' }]);
  t.match(manager.set(secret('g', {})), [{ code: 'missing' }]);
  t.end();
});
