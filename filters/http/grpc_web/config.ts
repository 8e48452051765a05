import type { Message } from '../../../src/api/index.ts';
import { MethodTable } from '../../common/grpc/method-stats.ts';

/** The message is empty: what the filters of a chain share is where they count. */
export function compileGrpcWeb(_message: Message<'envoy.extensions.filters.http.grpc_web.v3.GrpcWeb'>): MethodTable {
  return new MethodTable('grpc-web');
}
