import type { DownstreamTransportSocketFactory, UpstreamTransportSocketFactory } from '../../../src/net/transport-socket.ts';
import { RawAccept, RawConnect } from './socket.ts';

/** RawBuffer has no fields, and the factories keep no state: one object would serve the process, but then it would be module state. */
export function compileDownstream(): DownstreamTransportSocketFactory {
  return new RawAccept();
}

export function compileUpstream(): UpstreamTransportSocketFactory {
  return new RawConnect();
}
