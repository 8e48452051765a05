/**
 * Envoy v3, xDS and Istio messages. Nobody else reads descriptors or generated files, so that they can be exchanged.
 * Messages are named by their full proto name, and the compiler knows every name:
 *
 *     import { create, fromBinary, type Message } from '../api/index.ts';
 *     const cluster: Message<'envoy.config.cluster.v3.Cluster'> = fromBinary('envoy.config.cluster.v3.Cluster', bytes);
 *
 * Enums are numbers; `envoy_config_cluster_v3_Cluster_LbPolicy.RING_HASH` and the like name them. No filter's data path
 * imports this room: it gets settings.
 */
export type { JsonObject, JsonValue } from '@bufbuild/protobuf';
export { type Any, type Opened, openAny, packAny, typeNameOf, typeUrlOf, unpackAny } from './any.ts';
export type { DescEnum, DescField, DescMessage, DescMethod, DescOneof, DescService } from './descriptor.ts';
export type { JsonInput } from './from-json.ts';
export * from './gen/enums.ts';
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
  type Message,
  type MessageName,
  schema,
  schemaOf,
  toBinary,
  toJson,
} from './message.ts';
export { builtTypes, findEnum, findService, typeNames } from './pool.ts';
export { eachChild, enumName, fieldsOf, type ReflectList, type ReflectMap, type ReflectMessage, reflectOn } from './reflect.ts';
export { type FieldRules, isRequired, isSensitive, isUnchecked, rulesOf } from './rules.ts';
export { ScalarType } from './table.ts';
export { type Duration, duration, epochMilliseconds, milliseconds, type Timestamp, timestamp } from './time.ts';
export { unknownFieldsOf } from './unknown-fields.ts';
export { refuseOthers } from './unsupported.ts';
