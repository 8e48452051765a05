// Generated from grpc/health/v1/health.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type HealthCheckRequest = Message<"grpc.health.v1.HealthCheckRequest"> & {
  service: string;
};
export declare type HealthCheckResponse = Message<"grpc.health.v1.HealthCheckResponse"> & {
  status: HealthCheckResponse_ServingStatus;
};
export type HealthCheckResponse_ServingStatus = 0 | 1 | 2 | 3;
export declare type HealthListRequest = Message<"grpc.health.v1.HealthListRequest"> & {
};
export declare type HealthListResponse = Message<"grpc.health.v1.HealthListResponse"> & {
  statuses: { [key: string]: HealthCheckResponse };
};
