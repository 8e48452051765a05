/**
 * `outrigger schema`: the JSON Schema of bootstraps that this build takes. What is refused by name is left out: fields, values of enums
 * and types of extensions, as the compilers themselves say (survey.ts).
 */
import { findSchema, schema } from '../api/index.ts';
import { NAME, VERSION } from '../base/version.ts';
import { type JsonSchema, jsonSchema } from '../config/json-schema.ts';
import { isRefusedPart } from '../runtime/bootstrap-parts.ts';
import type { Host } from './main.ts';
import { print } from './output.ts';
import { survey } from './survey.ts';

export async function printSchema(host: Pick<Host, 'installed' | 'workerEntry'>): Promise<number> {
  await print(`${JSON.stringify(await bootstrapSchema(host), null, 1)}\n`);
  return 0;
}

export async function bootstrapSchema(host: Pick<Host, 'installed' | 'workerEntry'>): Promise<JsonSchema> {
  const { takes, refusesField, refusesValue } = await survey(host, await host.installed());
  return jsonSchema(schema('envoy.config.bootstrap.v3.Bootstrap'), `Bootstrap of ${NAME} ${VERSION}`, {
    inside: (parent, field) =>
      takes(parent, field)
        ?.concat(STRUCTS)
        .map(findSchema)
        .filter((desc) => desc !== undefined) ?? null,
    refused: (parent, field) => isRefusedPart(parent.typeName, field.name) || refusesField(parent, field),
    refusedValue: refusesValue,
  });
}

/** Any extension may come as one of these, which name its type inside. */
const STRUCTS: readonly string[] = ['udpa.type.v1.TypedStruct', 'xds.type.v3.TypedStruct'];
