import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import t from 'tap';

/** Modules of Node that a process has loaded after importing the extension. */
function loadedWith(file: string): readonly string[] {
  const program = `await import(${JSON.stringify(file)}); console.log(process.moduleLoadList.join('\\n'));`;
  // Without the test runner, which adds itself to every Node and loads more.
  const command = ['-u', 'NODE_OPTIONS', process.execPath, '--input-type=module', '-e', program];
  return execFileSync('env', command, { encoding: 'utf8' }).split('\n');
}

t.test('a proxy that has the extension and no TLS context loads neither TLS nor crypto of Node', async (t) => {
  const loaded = loadedWith(join(import.meta.dirname, 'index.ts'));
  t.ok(loaded.includes('NativeModule net'));
  t.notOk(loaded.includes('NativeModule tls'));
  t.notOk(loaded.some((name) => name.startsWith('NativeModule internal/crypto/')));
});
