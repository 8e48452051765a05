import t from 'tap';
import { exampleMissing, startExample } from '../support/example-pods.ts';

t.test('strict lets nobody in without a certificate', { skip: exampleMissing ?? false }, async (t) => {
  const pods = await startExample('strict');
  t.teardown(pods.stop);
  t.match(pods.paste(/frontend's application calls backend/).stdout, /^Hello from backend/);
  const outside = pods.paste(/somebody outside/);
  t.equal(outside.stdout, '');
  t.not(outside.status, 0);
});
