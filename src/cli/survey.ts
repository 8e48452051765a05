/**
 * Which fields, enum values and types inside of an Any the compilers refuse by name. Nobody keeps a list of them: the compilers are
 * asked. Each setting that a cluster or listener can have is put, alone, into one that is fine without it, and all of them are compiled.
 */
import {
  create,
  type DescField,
  type DescMessage,
  decodeJson,
  findSchema,
  type JsonInput,
  type Message,
  schema,
  typeNameOf,
  typeNames,
} from '../api/index.ts';
import { ConfigError, type Problem } from '../base/errors.ts';
import { Loggers } from '../base/log.ts';
import { type AnyContent, minimalMessage, minimalValue } from '../config/minimal.ts';
import type { ExtensionDefinition, ExtensionKind } from '../extension/registry.ts';
import { type Flags, parseFlags } from './flags.ts';
import { fromToBootstrap } from './from-to-template.ts';
import type { Host } from './main.ts';
import { startServer } from './server.ts';

/** What was found out. What was never reached counts as taken. */
export interface Survey {
  refusesField(parent: DescMessage, field: DescField): boolean;
  refusesValue(parent: DescMessage, field: DescField, value: string): boolean;
  /** Full names that an Any in this field may hold, sorted; null: whatever there is. */
  takes(parent: DescMessage, field: DescField): readonly string[] | null;
  /** Full names of the messages that were looked at, sorted. */
  readonly messages: readonly string[];
}

/** Which kinds of extension stand in a field, by the names of message and field. */
const KINDS: Readonly<Record<string, readonly ExtensionKind[]>> = {
  'Filter.typed_config': ['network_filter'],
  'ListenerFilter.typed_config': ['listener_filter'],
  'HttpFilter.typed_config': ['http_filter'],
  'TransportSocket.typed_config': ['downstream_transport_socket', 'upstream_transport_socket'],
  'AccessLog.typed_config': ['access_logger'],
  'RetryHostPredicate.typed_config': ['retry_host_predicate'],
};

type Step = string | number;
type JsonFields = { [name: string]: JsonInput };
const ROOTS = { clusters: 'envoy.config.cluster.v3.Cluster', listeners: 'envoy.config.listener.v3.Listener' } as const;
type Root = keyof typeof ROOTS;

/** A resource that holds a message somewhere. */
interface Carrier {
  readonly root: Root;
  readonly json: JsonInput;
  readonly at: readonly Step[];
  /** What is wrong with it anyway: codes and paths. */
  readonly known: ReadonlySet<string>;
  /** Nothing is asked about what it holds. */
  readonly shallow: boolean;
}

interface Probe {
  readonly carrier: Carrier;
  readonly desc: DescMessage;
  readonly field: DescField;
  /** Of an enum. */
  readonly value?: string;
  /** In an Any. */
  readonly inside?: string;
  readonly json: JsonInput;
  readonly at: readonly Step[];
}

/** A message may stand in places that are compiled by different code: as many of them are asked. */
const CARRIERS = 6;
/** Probes that are compiled at once. */
const BATCH = 1500;

export async function survey(host: Pick<Host, 'workerEntry'>, installed: readonly ExtensionDefinition[]): Promise<Survey> {
  const surveyor = new Surveyor(host, installed);
  await surveyor.run();
  return {
    refusesField: (parent, field) => surveyor.refuses(keyOf(parent, field)),
    refusesValue: (parent, field, value) => surveyor.refuses(`${keyOf(parent, field)}=${value}`),
    takes: (parent, field) => surveyor.takes(keyOf(parent, field)),
    messages: surveyor.messages,
  };
}

class Surveyor {
  readonly #host: Pick<Host, 'workerEntry'>;
  readonly #installed: readonly ExtensionDefinition[];
  readonly #flags: Flags;
  /** `type field`, or `type field=value` of an enum. */
  readonly #answers = new Map<string, { taken: number; refused: number }>();
  /** `type field` → what an Any in it may hold, for each carrier that minds; names of types, or null. */
  readonly #types = new Map<string, Map<Carrier, Set<string> | null>>();
  readonly #carriers = new Map<string, number>();
  readonly #places = new Set<string>();
  /** What routes of the template lead to. */
  #targets: readonly Message<'envoy.config.cluster.v3.Cluster'>[] = [];
  /** Carriers that somebody finds fault with, so that the rest of them may not be looked at: for messages that have no other. */
  readonly #spare: { readonly desc: DescMessage; readonly carrier: Carrier }[] = [];
  #next: { readonly desc: DescMessage; readonly carrier: Carrier }[] = [];

  constructor(host: Pick<Host, 'workerEntry'>, installed: readonly ExtensionDefinition[]) {
    this.#host = host;
    this.#installed = installed;
    const parsed = parseFlags(['validate', '--config-yaml', '{}']);
    if ('errors' in parsed) throw new Error(parsed.errors.join());
    this.#flags = parsed.flags;
  }

  get messages(): readonly string[] {
    return [...this.#carriers.keys()].sort();
  }

  takes(key: string): readonly string[] | null {
    const sets = [...(this.#types.get(key)?.values() ?? [])].filter((types) => types !== null);
    return sets.length === 0 ? null : [...new Set(sets.flatMap((types) => [...types]))].sort();
  }

  refuses(key: string): boolean {
    const answer = this.#answers.get(key);
    return answer !== undefined && answer.refused > 0 && answer.taken === 0;
  }

  async run(): Promise<void> {
    const template = fromToBootstrap([{ from: { address: '127.0.0.1', port: 0 }, to: { addresses: ['127.0.0.1'], port: 1 } }]);
    const { clusters, listeners } = template['static_resources'] as { clusters: JsonInput[]; listeners: JsonInput[] };
    this.#targets = clusters.map((json) => decodeJson(schema(ROOTS.clusters), json) as Message<'envoy.config.cluster.v3.Cluster'>);
    const visit = (root: Root, json: JsonInput, shallow = false): void =>
      this.#visit(schema(ROOTS[root]), { root, json, at: [], known: new Set(), shallow });
    for (const json of listeners)
      this.#visitAll(schema(ROOTS.listeners), { root: 'listeners', json, at: [], known: new Set(), shallow: false });
    // Much of a cluster means something to one type of discovery only; this one looks at no endpoints.
    visit('clusters', { name: 'x', type: 'ORIGINAL_DST', lb_policy: 'CLUSTER_PROVIDED' }, true);
    for (const json of clusters) for (const type of ['STATIC', 'STRICT_DNS']) visit('clusters', { ...(json as JsonFields), type });
    while (this.#next.length + this.#spare.length > 0) {
      const spare = this.#next.length > 0 ? [] : this.#spare.splice(0);
      for (const { desc, carrier } of spare) if (!this.#carriers.has(desc.typeName)) this.#visit(desc, carrier);
      const found = this.#next;
      this.#next = [];
      await this.#askAll(found.flatMap(({ desc, carrier }) => this.#probesOf(desc, carrier)));
      await this.#askAll(found.flatMap(({ desc, carrier }) => this.#probesInside(desc, carrier)));
    }
  }

  /** What an Any may hold depends on who holds it: each place is asked, once. */
  #visitOpen(desc: DescMessage, carrier: Carrier, place: string): void {
    if (this.#places.has(place)) return;
    this.#places.add(place);
    this.#visit(desc, carrier);
  }

  /** Whatever stands in the template is asked about in its place there, where it is known to work. */
  #visitAll(desc: DescMessage, carrier: Carrier): void {
    this.#visit(desc, carrier);
    const json = carrier.at.reduce<JsonInput>((value, step) => (value as JsonFields)[step] as JsonInput, carrier.json) as JsonFields;
    for (const field of desc.fields) {
      const value = json[field.name];
      const inner = messageOf(field);
      if (value === undefined || inner === undefined) continue;
      const [held, at] = Array.isArray(value) ? [value[0], [...carrier.at, field.name, 0]] : [value, [...carrier.at, field.name]];
      const type = (held as JsonFields)['@type'];
      const message = typeof type === 'string' ? findSchema(typeNameOf(type)) : inner;
      if (message !== undefined) this.#visitAll(message, { ...carrier, at });
    }
  }

  async #askAll(probes: readonly Probe[]): Promise<void> {
    for (let i = 0; i < probes.length; i += BATCH) await this.#ask(probes.slice(i, i + BATCH));
  }

  #visit(desc: DescMessage, carrier: Carrier): void {
    if (/^google\.protobuf\./.test(desc.typeName)) return;
    const count = this.#carriers.get(desc.typeName) ?? 0;
    if (count >= CARRIERS && !isOpen(desc)) return;
    this.#carriers.set(desc.typeName, count + 1);
    this.#next.push({ desc, carrier });
  }

  #probesOf(desc: DescMessage, carrier: Carrier): Probe[] {
    return desc.fields.flatMap((field): Probe[] => {
      const values = enumOf(field) ?? [];
      if (messageOf(field)?.typeName === ANY) {
        if (this.#kindsOf(desc, field) !== null) return [];
        return [{ ...probe(desc, carrier, field, wrapped(field, this.#packed(EMPTY), 'x')), inside: EMPTY }];
      }
      return [
        probe(desc, carrier, field, minimalValue(field, this.#inside)),
        ...values.map(({ name }) => ({ ...probe(desc, carrier, field, wrapped(field, name, 'x')), value: name })),
      ];
    });
  }

  /** Where not everything is taken: what is? */
  #probesInside(desc: DescMessage, carrier: Carrier): Probe[] {
    return desc.fields.flatMap((field): Probe[] => {
      if (messageOf(field)?.typeName !== ANY || this.#types.get(keyOf(desc, field))?.get(carrier) === null) return [];
      const names = this.#kindsOf(desc, field) ?? extensionMessages();
      return names.map((name) => ({
        ...probe(desc, carrier, field, wrapped(field, this.#packed(name), this.#labelOf(name))),
        inside: name,
      }));
    });
  }

  readonly #inside: AnyContent = (parent, field) => {
    const [name = EMPTY] = this.#kindsOf(parent, field) ?? [];
    return this.#packed(name);
  };

  #packed(name: string): JsonInput {
    const desc = findSchema(name);
    if (desc === undefined || name.startsWith('google.protobuf.')) return { '@type': URL + name, ...(name === EMPTY ? {} : { value: {} }) };
    return { '@type': URL + name, ...(minimalMessage(desc, this.#inside, 3) as JsonFields) };
  }

  /** Maps of Any have the name of an extension for a key, or that of the type. */
  #labelOf(name: string): string {
    return this.#installed.find(({ message, routeMessage }) => message === name || routeMessage === name)?.name ?? name;
  }

  #kindsOf(parent: DescMessage, field: DescField): readonly string[] | null {
    const kinds = KINDS[`${parent.name}.${field.name}`];
    if (kinds === undefined) return null;
    return this.#installed.filter(({ kind }) => kinds.includes(kind)).map(({ message }) => message);
  }

  async #ask(probes: readonly Probe[]): Promise<void> {
    const place = { clusters: [] as { name: string; probe: Probe }[], listeners: [] as { name: string; probe: Probe }[] };
    const staticResources = create('envoy.config.bootstrap.v3.Bootstrap.StaticResources');
    for (const probe of probes) {
      const { root } = probe.carrier;
      const name = `p${place[root].length}`;
      const message = decoded(root, { ...(probe.json as JsonFields), ...(named(probe) ? {} : { name }) });
      if (message === null) continue;
      place[root].push({ name, probe });
      (staticResources[root] as Message[]).push(message);
    }
    const bootstrap = create('envoy.config.bootstrap.v3.Bootstrap', { staticResources });
    staticResources.clusters.push(...this.#targets);
    const problems = new Map<string, Problem[]>();
    for (const problem of await this.#compile(bootstrap)) {
      const [, root, index, path = ''] = /^static_resources\.(clusters|listeners)\[(\d+)\]\.?(.*)$/.exec(problem.path) ?? [];
      const key = `${root} ${index}`;
      problems.set(key, [...(problems.get(key) ?? []), { ...problem, path }]);
    }
    for (const root of ['clusters', 'listeners'] as const) {
      for (const [i, asked] of place[root].entries()) this.#judge(asked.probe, problems.get(`${root} ${i}`) ?? []);
    }
  }

  async #compile(bootstrap: Message<'envoy.config.bootstrap.v3.Bootstrap'>): Promise<readonly Problem[]> {
    const silent = { write() {}, reopen() {} };
    const started = await startServer({
      flags: this.#flags,
      bootstrap,
      unknownFields: [],
      loggers: new Loggers('off', silent),
      sink: silent,
      installed: async () => this.#installed,
      workerEntry: this.#host.workerEntry,
      onQuit() {},
      onFatal() {},
    });
    if ('problems' in started) return started.problems;
    await started.close();
    return [];
  }

  #judge(probe: Probe, problems: readonly Problem[]): void {
    const { carrier, desc, field, at } = probe;
    const label = this.#labelOf(probe.inside ?? 'x');
    const below = field.fieldKind === 'list' ? [0] : field.fieldKind === 'map' ? [label] : [];
    const here = new Set([pathOf(at), pathOf([...at, ...below]), `${pathOf(at)}["${label}"]`]);
    const parent = pathOf(at.slice(0, -1));
    const fresh = problems.filter(({ code, path: where }) => !carrier.known.has(`${code} ${where}`));
    const by = (ok: (problem: Problem) => boolean): boolean => fresh.some(ok);
    const key = keyOf(desc, field);
    if (probe.inside !== undefined) {
      const refused = by(
        ({ code, path: where }) => (code === 'unsupported' || code === 'unknown_type') && (where === parent || here.has(where)),
      );
      const places = this.#types.get(key) ?? new Map<Carrier, Set<string> | null>();
      this.#types.set(key, places);
      if (probe.inside === EMPTY) places.set(carrier, refused ? new Set() : null);
      else if (!refused) (places.get(carrier) ?? places.set(carrier, new Set()).get(carrier))?.add(probe.inside);
      if (refused || probe.inside === EMPTY) return;
    } else {
      const refused = by(({ code, path: where }) => code === 'unsupported' && (where === parent || here.has(where)));
      const name = probe.value === undefined ? key : `${key}=${probe.value}`;
      const answer = this.#answers.get(name) ?? { taken: 0, refused: 0 };
      this.#answers.set(name, answer);
      answer[refused ? 'refused' : 'taken'] += 1;
      if (refused) return;
    }
    const inner = probe.inside !== undefined ? findSchema(probe.inside) : messageOf(field);
    if (inner === undefined || carrier.shallow) return;
    const known = new Set(problems.map(({ code, path: where }) => `${code} ${where}`));
    const next = { root: carrier.root, json: probe.json, at: [...at, ...below], known, shallow: false };
    if (isOpen(inner)) this.#visitOpen(inner, next, `${carrier.root} ${key}`);
    else if (fresh.length > 0) this.#spare.push({ desc: inner, carrier: next });
    else this.#visit(inner, next);
  }
}

const URL = 'type.googleapis.com/';
const ANY = 'google.protobuf.Any';
const EMPTY = 'google.protobuf.Empty';

function probe(desc: DescMessage, carrier: Carrier, field: DescField, value: JsonInput): Probe {
  return { carrier, desc, field, at: [...carrier.at, field.name], json: withField(carrier.json, carrier.at, field, value) };
}

/** One value, as an element or an entry where that is what the field has. */
function wrapped(field: DescField, value: JsonInput, key: string): JsonInput {
  return field.fieldKind === 'list' ? [value] : field.fieldKind === 'map' ? { [key]: value } : value;
}

function keyOf(parent: DescMessage, field: DescField): string {
  return `${parent.typeName} ${field.name}`;
}

/** Values of an enum field, also where it is a list or a map of them. */
export function enumOf(field: DescField): readonly { readonly name: string }[] | undefined {
  if (field.fieldKind === 'enum') return field.enum.values;
  if (field.fieldKind === 'list') return field.listKind === 'enum' ? field.enum.values : undefined;
  return field.fieldKind === 'map' && field.mapKind === 'enum' ? field.enum.values : undefined;
}

/** The message in a field, in a list or in a map. */
function messageOf(field: DescField): DescMessage | undefined {
  if (field.fieldKind === 'message') return field.message;
  if (field.fieldKind === 'list') return field.listKind === 'message' ? field.message : undefined;
  return field.fieldKind === 'map' && field.mapKind === 'message' ? field.message : undefined;
}

/** Whether it has a place for any message. */
function isOpen(desc: DescMessage): boolean {
  return desc.fields.some((field) => messageOf(field)?.typeName === ANY);
}

/** Messages that may be meant to stand in an Any. */
function extensionMessages(): readonly string[] {
  return [...typeNames()].filter(
    (name) => /^(?:envoy\.extensions|istio|io\.istio)\..*\.[A-Z][^.]*$/.test(name) && !/\.[A-Z][^.]*\.[A-Z]/.test(name),
  );
}

/** The name is what is asked for. */
function named({ at }: Probe): boolean {
  return at.length === 1 && at[0] === 'name';
}

/** Null for what proto JSON does not take: the sample is at fault. */
function decoded(root: Root, json: JsonInput): Message | null {
  try {
    return decodeJson(schema(ROOTS[root]), json) as Message;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return null;
  }
}

/** A copy with that field set in the message that stands there, and no other member of its oneof. */
function withField(json: JsonInput, at: readonly Step[], field: DescField, value: JsonInput): JsonInput {
  const [step, ...rest] = at;
  if (step === undefined) {
    const rivals = new Set((field.oneof?.fields ?? []).flatMap(({ name, jsonName }) => [name, jsonName]));
    const others = Object.entries(json as JsonFields).filter(([name]) => !rivals.has(name));
    return { ...Object.fromEntries(others), [field.name]: value };
  }
  if (Array.isArray(json)) return json.map((item, i) => (i === step ? withField(item, rest, field, value) : item));
  const fields = json as JsonFields;
  return { ...fields, [step]: withField(fields[step] as JsonInput, rest, field, value) };
}

/** As compilers write it. */
function pathOf(at: readonly Step[]): string {
  let path = '';
  for (const step of at) path += typeof step === 'number' ? `[${step}]` : path === '' ? step : `.${step}`;
  return path;
}
