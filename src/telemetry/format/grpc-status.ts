/** gRPC status codes by number (google/rpc/code.proto), in the two spellings of `%GRPC_STATUS%`. */
export const GRPC_CAMEL: readonly string[] = [
  'OK',
  'Canceled',
  'Unknown',
  'InvalidArgument',
  'DeadlineExceeded',
  'NotFound',
  'AlreadyExists',
  'PermissionDenied',
  'ResourceExhausted',
  'FailedPrecondition',
  'Aborted',
  'OutOfRange',
  'Unimplemented',
  'Internal',
  'Unavailable',
  'DataLoss',
  'Unauthenticated',
];

export const GRPC_SNAKE: readonly string[] = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
];

/** gRPC's mapping for answers that carry no status (grpc/doc/http-grpc-status-mapping.md). */
const OF_HTTP: Readonly<Record<number, number>> = { 400: 13, 401: 16, 403: 7, 404: 12, 429: 14, 502: 14, 503: 14, 504: 14 };

/** -1 when neither the header nor the HTTP status says anything. */
export function grpcStatusOf(header: string | undefined, httpStatus: number): number {
  if (header !== undefined && /^\d{1,9}$/.test(header)) return Number(header);
  return httpStatus === 0 ? -1 : (OF_HTTP[httpStatus] ?? 2);
}
