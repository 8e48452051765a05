import t from 'tap';
import { compilePolicy, picked, policySuite } from '../../../test/support/lb-policy-suite.ts';
import { hostsOf } from '../../../test/support/lb-suite.ts';
import definition from './index.ts';

policySuite(t, definition, 'least_request');

t.test('how many hosts are compared, and how much load counts', (t) => {
  const idle = (json: Parameters<typeof compilePolicy>[1], active: readonly number[], weights: readonly number[]) => {
    const hosts = hostsOf(weights);
    hosts.forEach((host, i) => {
      host.activeRequests = active[i] ?? 0;
    });
    return picked(compilePolicy(definition, json).policy, hosts, 60);
  };
  t.same(idle({ selection_method: 'FULL_SCAN' }, [5, 4, 5, 6], [1, 1, 1, 1]), [0, 60, 0, 0]);
  t.same(idle({ enable_full_scan: true }, [5, 4, 5, 6], [1, 1, 1, 1]), [0, 60, 0, 0]);
  t.ok(idle({ selection_method: 'FULL_SCAN' }, [4, 5, 4, 4], [1, 1, 1, 1]).every((count, i) => (i === 1 ? count === 0 : count > 10)));
  t.same(idle({ choice_count: 50 }, [5, 4, 5, 6], [1, 1, 1, 1]), [0, 60, 0, 0]);
  t.same(idle({ active_request_bias: { default_value: 0, runtime_key: 'bias' } }, [9, 0], [1, 2]), [20, 40]);
  t.end();
});

t.test('slow start and a negative bias are refused', (t) => {
  const { complaints } = compilePolicy(definition, {
    slow_start_config: { slow_start_window: '1s' },
    active_request_bias: { default_value: -1, runtime_key: 'bias' },
  });
  t.same(complaints, ['slow_start_config: slow_start_config is not supported', 'active_request_bias: the bias must not be negative']);
  t.end();
});
