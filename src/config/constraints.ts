/**
 * The constraints that Envoy's protos carry (`validate.rules`, protoc-gen-validate), checked on a decoded message. Every
 * violation is collected with its field path; an `Any` is opened and checked too.
 */
import {
  type AnyMessage,
  type DescField,
  eachChild,
  type FieldRules,
  isMessage,
  isRequired,
  isUnchecked,
  openAny,
  type ReflectList,
  type ReflectMap,
  type ReflectMessage,
  reflectOn,
  rulesOf,
} from '../api/index.ts';
import type { Problem } from '../base/errors.ts';
import { ConfigError } from '../base/errors.ts';
import { checkValue, type Report } from './rule-kinds.ts';

/** Deeper nesting is a resource made to exhaust the stack. */
const MAX_DEPTH = 128;

/** Problems of a message and everything inside it; empty when it keeps every rule. */
export function checkConstraints(message: AnyMessage, path = ''): Problem[] {
  const problems: Problem[] = [];
  visit(message, path, problems, 0);
  return problems;
}

function visit(message: AnyMessage, path: string, problems: Problem[], depth: number): void {
  if (depth > MAX_DEPTH) {
    problems.push({ code: 'bad_value', path, message: 'nested too deeply' });
    return;
  }
  if (isMessage(message, 'google.protobuf.Any')) {
    // An unset Any has no type; one of an unknown type is the registry's business.
    if (message.typeUrl === '') return;
    try {
      const opened = openAny(message);
      if (opened.kind === 'message') visit(opened.message, path, problems, depth + 1);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      for (const problem of error.problems) problems.push({ ...problem, path });
    }
    return;
  }
  const view = reflectOn(message);
  if (!isUnchecked(view.desc)) {
    for (const field of view.desc.fields) {
      const rules = rulesOf(field);
      if (rules !== undefined) checkField(view, field, rules, path, problems);
    }
    for (const oneof of view.desc.oneofs) {
      if (isRequired(oneof) && view.oneofCase(oneof) === undefined) {
        const names = oneof.fields.map((f) => f.name);
        problems.push({ code: 'missing', path, message: `one of ${names.join(', ')} is needed` });
      }
    }
  }
  const skipped = view.desc.fields.filter((field) => rulesOf(field)?.message?.skip === true).map(({ name }) => name);
  eachChild(message, (child, step) => {
    if (!skipped.includes(step)) visit(child, path === '' ? step : `${path}.${step}`, problems, depth + 1);
  });
}

function checkField(view: ReflectMessage, field: DescField, rules: FieldRules, path: string, problems: Problem[]): void {
  const at = path === '' ? field.name : `${path}.${field.name}`;
  const report: Report = (message, code = 'bad_value') => problems.push({ code, path: at, message: `"${field.name}" ${message}` });
  const set = view.isSet(field);
  // `required` on a member of a oneof speaks only once that member was chosen.
  if (rules.message?.required === true && !set && field.oneof === undefined) {
    report('is required', 'missing');
    return;
  }
  // Members of a oneof and messages (wrappers, durations) are checked only when they are there.
  if (!set && (field.fieldKind === 'message' || field.oneof !== undefined)) {
    const { type } = rules;
    if (
      (type.case === 'duration' || type.case === 'any' || type.case === 'timestamp') &&
      type.value.required &&
      field.oneof === undefined
    ) {
      report('is required', 'missing');
    }
    return;
  }
  if (field.fieldKind === 'list') {
    checkList(view.get(field) as ReflectList, rules, report, at, problems);
    return;
  }
  if (field.fieldKind === 'map') {
    checkMap(view.get(field) as ReflectMap, rules, report);
    return;
  }
  checkValue(view.get(field), rules, report, field.fieldKind === 'enum' ? field.enum : undefined);
}

function checkList(list: ReflectList, rules: FieldRules, report: Report, path: string, problems: Problem[]): void {
  if (rules.type.case !== 'repeated') return;
  const rule = rules.type.value;
  const set = reflectOn(rule);
  const has = (name: string) => set.desc.fields.some((f) => f.name === name && set.isSet(f));
  if (rule.ignoreEmpty && list.size === 0) return;
  if (has('min_items') && list.size < Number(rule.minItems)) {
    report(
      list.size === 0
        ? `needs at least ${rule.minItems} element${rule.minItems === 1n ? '' : 's'}`
        : `needs at least ${rule.minItems} elements, has ${list.size}`,
    );
  }
  if (has('max_items') && list.size > Number(rule.maxItems)) report(`takes at most ${rule.maxItems} elements, has ${list.size}`);
  if (rule.unique && new Set(list).size !== list.size) report('must not hold an element twice');
  const { items } = rule;
  if (items === undefined) return;
  const field = list.field();
  let i = 0;
  for (const item of list) {
    const at = `${path}[${i}]`;
    checkValue(
      item,
      items,
      (message, code = 'bad_value') => problems.push({ code, path: at, message: `"${field.name}[${i}]" ${message}` }),
      field.listKind === 'enum' ? field.enum : undefined,
    );
    i++;
  }
}

function checkMap(map: ReflectMap, rules: FieldRules, report: Report): void {
  if (rules.type.case !== 'map') return;
  const rule = rules.type.value;
  if (rule.ignoreEmpty && map.size === 0) return;
  if (map.size < Number(rule.minPairs)) report(`needs at least ${rule.minPairs} entries`);
  if (rule.maxPairs > 0n && map.size > Number(rule.maxPairs)) report(`takes at most ${rule.maxPairs} entries`);
  for (const [key, value] of map) {
    const name = JSON.stringify(key);
    if (rule.keys !== undefined) checkValue(key, rule.keys, (message) => report(`has a key ${name} that ${message}`), undefined);
    if (rule.values !== undefined) checkValue(value, rule.values, (message) => report(`has an entry ${name} that ${message}`), undefined);
  }
}
