import { testPods } from '../support/pod-scenes.ts';

// With Envoy as the proxy, which shows that rules and configuration are right.
testPods({ a: 'envoy', b: 'envoy' }, 4);
