import type { ListenerDefinition } from '../../src/upstream/instances.ts';
import { accepts, compile } from './config.ts';

const definition: ListenerDefinition = {
  kind: 'listener',
  name: 'envoy.listeners.tcp',
  message: 'envoy.config.listener.v3.Listener',
  posture: 'robust_to_untrusted_downstream',
  accepts,
  compile,
};

export default definition;
