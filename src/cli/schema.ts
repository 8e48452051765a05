/**
 * `outrigger schema`: the JSON Schema of bootstraps that this build takes. Extensions are those that are installed, and parts of the
 * bootstrap that are refused are left out; what only a compiler of the data path refuses is found by `outrigger validate`.
 */
import { type DescField, type DescMessage, schema } from '../api/index.ts';
import { NAME, VERSION } from '../base/version.ts';
import { type JsonSchema, jsonSchema } from '../config/json-schema.ts';
import type { ExtensionDefinition, ExtensionKind } from '../extension/registry.ts';
import { isRefusedPart } from '../runtime/bootstrap-parts.ts';
import type { Host } from './main.ts';
import { print } from './output.ts';

/** Which kinds of extension stand in a field, by the names of message and field. Other fields take whatever their users take. */
const KINDS: Readonly<Record<string, readonly ExtensionKind[]>> = {
  'Filter.typed_config': ['network_filter'],
  'ListenerFilter.typed_config': ['listener_filter'],
  'HttpFilter.typed_config': ['http_filter'],
  'TransportSocket.typed_config': ['downstream_transport_socket', 'upstream_transport_socket'],
  'AccessLog.typed_config': ['access_logger'],
  'RetryHostPredicate.typed_config': ['retry_host_predicate'],
};

export async function printSchema(host: Pick<Host, 'installed'>): Promise<number> {
  await print(`${JSON.stringify(bootstrapSchema(await host.installed()), null, 1)}\n`);
  return 0;
}

export function bootstrapSchema(installed: readonly ExtensionDefinition[]): JsonSchema {
  return jsonSchema(schema('envoy.config.bootstrap.v3.Bootstrap'), `Bootstrap of ${NAME} ${VERSION}`, {
    inside(parent, field) {
      const kinds = KINDS[`${parent.name}.${field.name}`];
      if (kinds === undefined) return null;
      const names = new Set(installed.filter(({ kind }) => kinds.includes(kind)).map(({ message }) => message));
      return [...names, ...STRUCTS].map((name): DescMessage => schema(name));
    },
    refused: (parent: DescMessage, field: DescField) => isRefusedPart(parent.typeName, field.name),
  });
}

/** Any extension may come as one of these, which name its type inside. */
const STRUCTS = ['udpa.type.v1.TypedStruct', 'xds.type.v3.TypedStruct'] as const;
