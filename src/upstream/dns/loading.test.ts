import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import t from 'tap';

/** Modules of Node that a process has loaded after this program. */
function loadedBy(program: string): readonly string[] {
  const text = `${program}; console.log(process.moduleLoadList.join('\\n'));`;
  // Without the test runner, which adds itself to every Node and loads more.
  const command = ['-u', 'NODE_OPTIONS', process.execPath, '--input-type=module', '-e', text];
  return execFileSync('env', command, { encoding: 'utf8' }).split('\n');
}

const url = (file: string): string => JSON.stringify(join(import.meta.dirname, file));

t.test('the resolvers of Node are loaded for the first name that needs one', async (t) => {
  t.notOk(loadedBy(`await import(${url('../cluster-compiler.ts')})`).includes('NativeModule dns'));
  const asking = `const { SystemResolver } = await import(${url('system-resolver.ts')});
    new SystemResolver({ kind: 'getaddrinfo', retries: 0, threads: 1 }).resolve('localhost', 'v4_only', { onDnsAnswer() {} })`;
  t.ok(loadedBy(asking).includes('NativeModule dns'));
});
