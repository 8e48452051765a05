// Generated from envoy/extensions/rbac/matchers/upstream_ip_port/v3/upstream_ip_port_matcher.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { CidrRange } from "../../../../../config/core/v3/address_pb.js";
import type { Int64Range } from "../../../../../type/v3/range_pb.js";
export declare type UpstreamIpPortMatcher = Message<"envoy.extensions.rbac.matchers.upstream_ip_port.v3.UpstreamIpPortMatcher"> & {
  upstreamIp?: CidrRange | undefined;
  upstreamPortRange?: Int64Range | undefined;
};
