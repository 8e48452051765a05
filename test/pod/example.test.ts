/** examples/two-pods does what it prints, and leaves nothing behind. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import t from 'tap';
import { exampleMissing, RUN, startExample } from '../support/example-pods.ts';

t.test('the commands that it prints show what it says', { skip: exampleMissing ?? false }, async (t) => {
  const pods = await startExample();
  t.teardown(pods.stop);
  const called = pods.paste(/frontend's application calls backend/);
  t.match(called.stdout, /^Hello from backend: GET \/hello\nConnected to me: 127\.0\.0\.6\nCalls me: +spiffe:.*\/sa\/frontend\n/);
  t.match(pods.paste(/somebody outside/).stdout, /Calls me: +somebody without a certificate/);
  t.match(pods.paste(/what the proxies counted/).stdout, /ssl\.handshake: 1\n/);
  t.match(await pods.stop(), /everything is gone\n$/);
  t.same(
    readdirSync('/run/netns').filter((name) => name.startsWith(`two-pods-${pods.pid}-`)),
    [],
  );
});

t.test('what stands in the way is said in a line', { skip: process.platform === 'win32' ? 'no shell' : false }, (t) => {
  const { status, stderr } = spawnSync(RUN, ['sloppy'], { encoding: 'utf8' });
  t.equal(status, 1);
  t.equal(stderr, "two-pods: no such mode: sloppy; say 'permissive' or 'strict'\n");
  t.end();
});
