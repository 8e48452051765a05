/**
 * Calls of the proxy itself to a configured cluster (contract 12): ext_authz, rate-limit service, JWKS by cluster, log and
 * trace sinks. They use the cluster's own pools, balancing, circuit breakers and TLS, like any request; they are no streams
 * of a listener and appear in no access log.
 *
 * One Promise per external check is allowed here (architecture rule 3); nothing else on the data path has one.
 */
import type { Fault } from '../http/faults.ts';
import type { Headers } from '../http/headers.ts';

export interface ClusterRequest {
  /** Method, path, authority and fields; `scheme` is filled in. */
  readonly headers: Headers;
  /** Null: no body. */
  readonly body: Buffer | null;
  /** Milliseconds for the whole exchange. */
  readonly timeoutMs: number;
  /** Most bytes of response body that are kept; more is a failure. */
  readonly maxResponseBytes: number;
}

export type ClusterResponse =
  | { readonly ok: true; readonly headers: Headers; readonly body: Buffer; readonly trailers: Headers | null }
  | { readonly ok: false; readonly fault: Fault; readonly reason: string };

export interface GrpcCall {
  /** `/package.Service/Method`. */
  readonly path: string;
  /** Encoded message, without the 5-byte prefix. */
  readonly message: Uint8Array;
  readonly metadata: readonly (readonly [string, string])[];
  readonly timeoutMs: number;
}

export type GrpcResult =
  | { readonly ok: true; readonly message: Uint8Array }
  | { readonly ok: false; readonly status: number; readonly text: string };

export interface ClusterClient {
  /** Resolves always: failures are values. */
  request(cluster: string, request: ClusterRequest): Promise<ClusterResponse>;
  /** Unary. Streams (log and trace sinks) get a `GrpcStream` with the same life cycle when their issue comes. */
  grpc(cluster: string, call: GrpcCall): Promise<GrpcResult>;
}
