/** As much of JSON Schema as the schema of the proxy uses, to check that it says what the proxy does. */
type Schema = { readonly [key: string]: unknown };

/** Paths at which a value does not fit; empty when it does. */
export function misfits(value: unknown, schema: Schema, root: Schema = schema, path = ''): string[] {
  const inner = (one: unknown): string[] => misfits(value, one as Schema, root, path);
  const found: string[] = [];
  const expect = (fine: boolean, rule: string): void => {
    if (!fine) found.push(`${path}: ${rule}`);
  };
  for (const [rule, given] of Object.entries(schema)) {
    switch (rule) {
      case '$ref':
        found.push(...misfits(value, at(root, String(given)), root, path));
        break;
      case 'type':
        expect(
          [given].flat().includes(typeOf(value)) || ([given].flat().includes('number') && typeOf(value) === 'integer'),
          `type ${given}`,
        );
        break;
      case 'enum':
        expect((given as unknown[]).includes(value), `enum ${(given as unknown[]).slice(0, 5)}`);
        break;
      case 'const':
        expect(given === value, `const ${String(given)}`);
        break;
      case 'allOf':
        found.push(...(given as unknown[]).flatMap(inner));
        break;
      case 'anyOf':
        expect(
          (given as unknown[]).some((one) => inner(one).length === 0),
          rule,
        );
        break;
      case 'oneOf':
        expect((given as unknown[]).filter((one) => inner(one).length === 0).length === 1, rule);
        break;
      case 'not':
        expect(inner(given).length > 0, rule);
        break;
      case 'required':
        for (const name of given as string[]) expect(!isObject(value) || name in value, `required ${name}`);
        break;
      case 'additionalProperties':
      case 'properties':
        break;
      case 'items':
        if (Array.isArray(value)) value.forEach((each, i) => void found.push(...misfits(each, given as Schema, root, `${path}[${i}]`)));
        break;
      case 'minItems':
        expect(!Array.isArray(value) || value.length >= Number(given), rule);
        break;
      case 'maxItems':
        expect(!Array.isArray(value) || value.length <= Number(given), rule);
        break;
      case 'minimum':
        expect(typeof value !== 'number' || value >= Number(given), rule);
        break;
      case 'maximum':
        expect(typeof value !== 'number' || value <= Number(given), rule);
        break;
      case 'exclusiveMinimum':
        expect(typeof value !== 'number' || value > Number(given), rule);
        break;
      case 'minLength':
        expect(typeof value !== 'string' || value.length >= Number(given), rule);
        break;
      case 'pattern':
        expect(typeof value !== 'string' || new RegExp(String(given), 'u').test(value), rule);
        break;
      default:
    }
  }
  if (isObject(value)) {
    const { properties = {}, additionalProperties = true } = schema as { properties?: Schema; additionalProperties?: unknown };
    for (const [name, each] of Object.entries(value)) {
      const below = path === '' ? name : `${path}.${name}`;
      const own = (properties as Record<string, Schema | undefined>)[name];
      if (own !== undefined) found.push(...misfits(each, own, root, below));
      else if (additionalProperties === false) found.push(`${below}: unknown`);
      else if (additionalProperties !== true) found.push(...misfits(each, additionalProperties as Schema, root, below));
    }
  }
  return found;
}

function at(root: Schema, ref: string): Schema {
  return (root['$defs'] as Record<string, Schema>)[ref.replace('#/$defs/', '')] as Schema;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function typeOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (value === null) return 'null';
  return Number.isInteger(value) ? 'integer' : typeof value;
}
