import t from 'tap';
import { Problems } from '../base/errors.ts';
import { create } from './message.ts';
import { refuseOthers } from './unsupported.ts';

t.test('fields that nobody honours are refused at their path, defaults are not', (t) => {
  const problems = new Problems('route');
  const message = create('envoy.config.route.v3.RouteAction', {
    clusterSpecifier: { case: 'cluster', value: 'a' },
    prefixRewrite: '/x',
    appendXForwardedHost: true,
    cors: {},
  });
  t.notOk(refuseOthers(message, new Set(['cluster', 'prefix_rewrite']), problems, { cors: 'use the filter' }));
  t.same(problems.list, [
    { code: 'unsupported', path: 'route.append_x_forwarded_host', message: 'append_x_forwarded_host is not supported' },
    { code: 'unsupported', path: 'route.cors', message: 'cors is not supported', hint: 'use the filter' },
  ]);
  t.end();
});

t.test('a message with nothing else is fine', (t) => {
  const problems = new Problems();
  t.ok(refuseOthers(create('envoy.config.route.v3.Route', { name: 'r' }), new Set(['name']), problems));
  t.notOk(problems.failed);
  t.end();
});
