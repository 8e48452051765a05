import type { DescField, DescMessage } from '@bufbuild/protobuf';
import { type ReflectMessage, reflect } from '@bufbuild/protobuf/reflect';
import { type AnyMessage, schemaOf } from './message.ts';
import { registry } from './pool.ts';

export type { DescEnum, DescField, DescMessage, DescOneof } from '@bufbuild/protobuf';
/** The kinds of scalar as the descriptors number them. */
export { ScalarType } from '@bufbuild/protobuf';
export type { ReflectList, ReflectMap, ReflectMessage } from '@bufbuild/protobuf/reflect';

const fieldTables = new WeakMap<DescMessage, ReadonlyMap<string, DescField>>();

/** Fields of a message by proto name (`lb_policy`) and by JSON name (`lbPolicy`), the two forms that proto3 JSON accepts. */
export function fieldsOf(desc: DescMessage): ReadonlyMap<string, DescField> {
  let table = fieldTables.get(desc);
  if (table === undefined) {
    const entries = new Map<string, DescField>();
    for (const field of desc.fields) {
      entries.set(field.jsonName, field);
      entries.set(field.name, field);
    }
    table = entries;
    fieldTables.set(desc, table);
  }
  return table;
}

/** The fields of a message by descriptor: `isSet`, `get`, `set` … without knowing its type. */
export function reflectOn(message: AnyMessage): ReflectMessage {
  return reflect(schemaOf(message), message, false);
}

/** Proto name of an enum value (`RING_HASH`), or undefined when the enum has no such number. */
export function enumName(typeName: string, number: number): string | undefined {
  return registry.getEnum(typeName)?.value[number]?.name;
}

/** Visits every message directly inside `message`: singular fields, list elements and map values. The step is the path below it: `clusters[0]`, `typed_config`. */
export function eachChild(message: AnyMessage, visit: (child: AnyMessage, step: string) => void): void {
  const view = reflectOn(message);
  for (const field of view.desc.fields) {
    if (!view.isSet(field)) continue;
    if (field.fieldKind === 'message') {
      // Wrappers and Struct are held unwrapped; the reflection wraps them again, and there is nothing below them.
      const child = view.get(field).message;
      if (!isLeaf(child)) visit(child, field.name);
    } else if (field.fieldKind === 'list' && field.listKind === 'message') {
      let i = 0;
      for (const item of view.get(field)) {
        const child = (item as ReflectMessage).message;
        if (!isLeaf(child)) visit(child, `${field.name}[${i}]`);
        i++;
      }
    } else if (field.fieldKind === 'map' && field.mapKind === 'message') {
      for (const [key, item] of view.get(field)) {
        const child = (item as ReflectMessage).message;
        if (!isLeaf(child)) visit(child, `${field.name}[${JSON.stringify(key)}]`);
      }
    }
  }
}

const leaf = /^google\.protobuf\.(\w*Value|Struct|ListValue|Duration|Timestamp|Empty|FieldMask)$/;

function isLeaf(message: AnyMessage): boolean {
  return leaf.test(message.$typeName);
}
