import type { Scenario } from '../model.ts';
import grpcStream from './grpc-stream.ts';
import grpcUnary from './grpc-unary.ts';
import h1BodyDown from './h1-body-down.ts';
import h1BodyUp from './h1-body-up.ts';
import h1H2 from './h1-h2.ts';
import h1P99 from './h1-p99.ts';
import h1Paced from './h1-paced.ts';
import h1Plain from './h1-plain.ts';
import h1Sidecar from './h1-sidecar.ts';
import h2BodyDown from './h2-body-down.ts';
import h2H1 from './h2-h1.ts';
import h2Mesh from './h2-mesh.ts';
import h2P99 from './h2-p99.ts';
import h2Plain from './h2-plain.ts';
import handshake from './handshake.ts';
import memory from './memory.ts';
import mtlsDown from './mtls-down.ts';
import mtlsUp from './mtls-up.ts';
import pairH1 from './pair-h1.ts';
import pairH2 from './pair-h2.ts';
import start from './start.ts';
import tcpBodyDown from './tcp-body-down.ts';

/** In the order in which they run and are printed. */
export const SCENARIOS: readonly Scenario[] = [
  ...[h1Plain, h1Sidecar, h1Paced, h1P99, h1BodyDown, h1BodyUp],
  ...[h2Plain, h2Mesh, h2P99, grpcUnary, grpcStream, h1H2, h2H1, h2BodyDown],
  ...[mtlsUp, mtlsDown, handshake, pairH1, pairH2],
  ...[tcpBodyDown, memory, start],
];
