import { testPods } from '../support/pod-scenes.ts';

// Calls go both ways, so each is once the client and once the server.
testPods({ a: 'envoy', b: 'outrigger' }, 4);
