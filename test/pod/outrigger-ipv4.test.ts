import { testPods } from '../support/pod-scenes.ts';

testPods({ a: 'outrigger', b: 'outrigger' }, 4);
