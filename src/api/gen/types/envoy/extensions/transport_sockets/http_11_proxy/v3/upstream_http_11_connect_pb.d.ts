// Generated from envoy/extensions/transport_sockets/http_11_proxy/v3/upstream_http_11_connect.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { TransportSocket } from "../../../../config/core/v3/base_pb.js";
import type { Address } from "../../../../config/core/v3/address_pb.js";
export declare type Http11ProxyUpstreamTransport = Message<"envoy.extensions.transport_sockets.http_11_proxy.v3.Http11ProxyUpstreamTransport"> & {
  transportSocket?: TransportSocket | undefined;
  defaultProxyAddress?: Address | undefined;
};
