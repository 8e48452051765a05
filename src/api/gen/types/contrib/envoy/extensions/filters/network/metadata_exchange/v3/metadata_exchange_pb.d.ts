// Generated from contrib/envoy/extensions/filters/network/metadata_exchange/v3/metadata_exchange.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
export declare type MetadataExchange = Message<"envoy.tcp.metadataexchange.config.MetadataExchange"> & {
  protocol: string;
  enableDiscovery: boolean;
  additionalLabels: string[];
};
