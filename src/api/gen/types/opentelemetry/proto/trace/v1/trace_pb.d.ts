// Generated from opentelemetry/proto/trace/v1/trace.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { Resource } from "../../resource/v1/resource_pb.js";
import type { InstrumentationScope, KeyValue } from "../../common/v1/common_pb.js";
export declare type TracesData = Message<"opentelemetry.proto.trace.v1.TracesData"> & {
  resourceSpans: ResourceSpans[];
};
export declare type ResourceSpans = Message<"opentelemetry.proto.trace.v1.ResourceSpans"> & {
  resource?: Resource | undefined;
  scopeSpans: ScopeSpans[];
  schemaUrl: string;
};
export declare type ScopeSpans = Message<"opentelemetry.proto.trace.v1.ScopeSpans"> & {
  scope?: InstrumentationScope | undefined;
  spans: Span[];
  schemaUrl: string;
};
export declare type Span = Message<"opentelemetry.proto.trace.v1.Span"> & {
  traceId: Uint8Array;
  spanId: Uint8Array;
  traceState: string;
  parentSpanId: Uint8Array;
  flags: number;
  name: string;
  kind: Span_SpanKind;
  startTimeUnixNano: bigint;
  endTimeUnixNano: bigint;
  attributes: KeyValue[];
  droppedAttributesCount: number;
  events: Span_Event[];
  droppedEventsCount: number;
  links: Span_Link[];
  droppedLinksCount: number;
  status?: Status | undefined;
};
export declare type Span_Event = Message<"opentelemetry.proto.trace.v1.Span.Event"> & {
  timeUnixNano: bigint;
  name: string;
  attributes: KeyValue[];
  droppedAttributesCount: number;
};
export declare type Span_Link = Message<"opentelemetry.proto.trace.v1.Span.Link"> & {
  traceId: Uint8Array;
  spanId: Uint8Array;
  traceState: string;
  attributes: KeyValue[];
  droppedAttributesCount: number;
  flags: number;
};
export type Span_SpanKind = 0 | 1 | 2 | 3 | 4 | 5;
export declare type Status = Message<"opentelemetry.proto.trace.v1.Status"> & {
  message: string;
  code: Status_StatusCode;
};
export type Status_StatusCode = 0 | 1 | 2;
export type SpanFlags = 0 | 255 | 256 | 512;
