/**
 * Envoy v3, xDS and Istio messages. Nobody else imports the protobuf runtime or the generated files, so that both can be
 * exchanged. Messages are named by their full proto name, and the compiler knows every name:
 *
 *     import { create, fromBinary, type Message } from '../api/index.ts';
 *     const cluster: Message<'envoy.config.cluster.v3.Cluster'> = fromBinary('envoy.config.cluster.v3.Cluster', bytes);
 *
 * Enums are numbers; `envoy_config_cluster_v3_Cluster_LbPolicy.RING_HASH` and the like name them. No filter's data path
 * imports this room: it gets settings.
 */
export type { JsonObject, JsonValue } from '@bufbuild/protobuf';
export { type Any, copyAny, type Opened, openAny, packAny, typeNameOf, typeUrlOf, unpackAny } from './any.ts';
export * from './gen/enums.ts';
export { toJson } from './json.ts';
export {
  type AnyMessage,
  clone,
  create,
  decode,
  decodeJson,
  equals,
  findSchema,
  fromBinary,
  fromJson,
  type Init,
  isMessage,
  type JsonInput,
  type Message,
  type MessageName,
  type Schema,
  schema,
  schemaOf,
  toBinary,
} from './message.ts';
export { linkedFiles, registry, typeNames } from './pool.ts';
export {
  type DescEnum,
  type DescField,
  type DescMessage,
  type DescOneof,
  eachChild,
  enumName,
  fieldsOf,
  type ReflectList,
  type ReflectMap,
  type ReflectMessage,
  reflectOn,
  ScalarType,
} from './reflect.ts';
export { type FieldRules, isRequired, isSensitive, isUnchecked, rulesOf } from './rules.ts';
export { type Duration, duration, epochMilliseconds, milliseconds, type Timestamp, timestamp } from './time.ts';
export { refuseOthers } from './unsupported.ts';
