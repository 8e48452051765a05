/** What `/config_dump` is made of: one message for each kind of configuration, with lists that are put together item by item. */
import {
  type AnyMessage,
  decode,
  eachChild,
  findSchema,
  isMessage,
  type JsonObject,
  type JsonValue,
  openAny,
  typeUrlOf,
} from '../api/index.ts';
import { RESOURCE_TYPES, type ResourceType } from '../runtime/contracts.ts';
import { endpointSection } from './endpoint-section.ts';
import { dumpJson } from './json.ts';
import type { AdminView, DumpedResource } from './view.ts';

export interface DumpItem {
  /** Name of the resource, for `name_regex`. */
  readonly name: string;
  json(): JsonObject;
}

export interface DumpList {
  /** Field of the section: `static_clusters`. */
  readonly field: string;
  /** Message of an item, as `resource=` prints it. */
  readonly element: string;
  readonly items: readonly DumpItem[];
}

export interface DumpSection {
  readonly message: string;
  /** Single fields. */
  head(): JsonObject;
  readonly heads: readonly string[];
  readonly lists: readonly DumpList[];
}

export async function dumpSections(view: AdminView, includeEndpoints: boolean): Promise<DumpSection[]> {
  const resources = view.resources();
  const of = (type: ResourceType): DumpedResource[] => resources.filter((resource) => resource.type === type);
  const endpoints = includeEndpoints ? [endpointSection(await view.clusters())] : [];
  const extensions = of(RESOURCE_TYPES.extension);
  return [
    bootstrapSection(view),
    clusterSection(view, of(RESOURCE_TYPES.cluster)),
    ...(extensions.length === 0 ? [] : [extensionSection(extensions)]),
    ...endpoints,
    listenerSection(view, of(RESOURCE_TYPES.listener)),
    scopedRouteSection(),
    routeSection(of(RESOURCE_TYPES.routes), of(RESOURCE_TYPES.listener)),
    secretSection(of(RESOURCE_TYPES.secret)),
  ];
}

function bootstrapSection(view: AdminView): DumpSection {
  return {
    message: 'envoy.admin.v3.BootstrapConfigDump',
    heads: ['bootstrap', 'last_updated'],
    head() {
      const loaded = view.bootstrap();
      if (loaded === null) return {};
      return { bootstrap: dumpJson(loaded.message), last_updated: timeText(loaded.lastUpdated) };
    },
    lists: [],
  };
}

function clusterSection(view: AdminView, clusters: readonly DumpedResource[]): DumpSection {
  const dynamic = clusters.filter((each) => each.origin !== 'static');
  const list = (field: string, kind: string, some: readonly DumpedResource[]): DumpList => ({
    field,
    element: `envoy.admin.v3.ClustersConfigDump.${kind}`,
    items: some.map((each) =>
      item(each, (resource) => ({ ...versionOf(resource), cluster: resourceJson(resource), ...updated(resource) })),
    ),
  });
  return {
    message: 'envoy.admin.v3.ClustersConfigDump',
    ...versioned(view, RESOURCE_TYPES.cluster),
    lists: [
      list(
        'static_clusters',
        'StaticCluster',
        clusters.filter((each) => each.origin === 'static'),
      ),
      list(
        'dynamic_active_clusters',
        'DynamicCluster',
        dynamic.filter((each) => each.state === 'active'),
      ),
      list(
        'dynamic_warming_clusters',
        'DynamicCluster',
        dynamic.filter((each) => each.state === 'warming'),
      ),
    ],
  };
}

function listenerSection(view: AdminView, listeners: readonly DumpedResource[]): DumpSection {
  const byName = new Map<string, DumpedResource[]>();
  for (const each of listeners.filter(({ origin }) => origin !== 'static')) byName.set(each.name, [...(byName.get(each.name) ?? []), each]);
  const state = (resource: DumpedResource): JsonObject => ({
    ...versionOf(resource),
    listener: resourceJson(resource),
    ...updated(resource),
  });
  return {
    message: 'envoy.admin.v3.ListenersConfigDump',
    ...versioned(view, RESOURCE_TYPES.listener),
    lists: [
      {
        field: 'static_listeners',
        element: 'envoy.admin.v3.ListenersConfigDump.StaticListener',
        items: listeners
          .filter(({ origin, state }) => origin === 'static' && state !== 'draining')
          .map((each) => item(each, (resource) => ({ listener: resourceJson(resource), ...updated(resource) }))),
      },
      {
        field: 'dynamic_listeners',
        element: 'envoy.admin.v3.ListenersConfigDump.DynamicListener',
        items: [...byName].map(([name, states]) => ({
          name,
          json: () => ({ name, ...Object.fromEntries(states.map((each) => [`${each.state}_state`, state(each)])) }),
        })),
      },
    ],
  };
}

/** Nothing here has scoped routes. */
function scopedRouteSection(): DumpSection {
  const list = (field: string, kind: string): DumpList => ({ field, element: `envoy.admin.v3.ScopedRoutesConfigDump.${kind}`, items: [] });
  return {
    message: 'envoy.admin.v3.ScopedRoutesConfigDump',
    head: () => ({}),
    heads: [],
    lists: [
      list('inline_scoped_route_configs', 'InlineScopedRouteConfigs'),
      list('dynamic_scoped_route_configs', 'DynamicScopedRouteConfigs'),
    ],
  };
}

/** Route tables of their own, and those inside of listeners, which count as static. */
function routeSection(tables: readonly DumpedResource[], listeners: readonly DumpedResource[]): DumpSection {
  const own = (resource: DumpedResource): JsonObject => ({
    ...versionOf(resource),
    route_config: resourceJson(resource),
    ...updated(resource),
  });
  const inline = listeners.filter(({ state }) => state !== 'draining').flatMap((listener) => inlineTables(listener));
  return {
    message: 'envoy.admin.v3.RoutesConfigDump',
    head: () => ({}),
    heads: [],
    lists: [
      {
        field: 'static_route_configs',
        element: 'envoy.admin.v3.RoutesConfigDump.StaticRouteConfig',
        items: [...tables.filter(({ origin }) => origin === 'static').map((each) => item(each, own)), ...inline],
      },
      {
        field: 'dynamic_route_configs',
        element: 'envoy.admin.v3.RoutesConfigDump.DynamicRouteConfig',
        items: tables.filter(({ origin }) => origin !== 'static').map((each) => item(each, own)),
      },
    ],
  };
}

function inlineTables(listener: DumpedResource): DumpItem[] {
  const tables: DumpItem[] = [];
  const visit = (message: AnyMessage): void => {
    if (isMessage(message, 'google.protobuf.Any')) {
      // Only filters hold tables; a message that cannot be opened holds none.
      const inner = tryOpen(message);
      if (inner !== null) visit(inner);
    } else if (isMessage(message, 'envoy.config.route.v3.RouteConfiguration')) {
      tables.push({
        name: message.name,
        json: () => ({
          route_config: { '@type': typeUrlOf(message.$typeName), ...(dumpJson(message) as JsonObject) },
          ...updated(listener),
        }),
      });
    } else {
      eachChild(message, visit);
    }
  };
  const message = tryDecode(listener);
  if (message !== null) visit(message);
  return tables;
}

function secretSection(secrets: readonly DumpedResource[]): DumpSection {
  const list = (field: string, kind: string, some: readonly DumpedResource[]): DumpList => ({
    field,
    element: `envoy.admin.v3.SecretsConfigDump.${kind}`,
    items: some.map((each) =>
      item(each, (resource) => ({
        name: resource.name,
        ...versionOf(resource),
        // Envoy knows no time for static ones.
        ...(resource.origin === 'static' ? {} : updated(resource)),
        secret: resourceJson(resource),
      })),
    ),
  });
  const dynamic = secrets.filter(({ origin }) => origin !== 'static');
  return {
    message: 'envoy.admin.v3.SecretsConfigDump',
    head: () => ({}),
    heads: [],
    lists: [
      list(
        'static_secrets',
        'StaticSecret',
        secrets.filter(({ origin }) => origin === 'static'),
      ),
      list(
        'dynamic_active_secrets',
        'DynamicSecret',
        dynamic.filter(({ state }) => state === 'active'),
      ),
      list(
        'dynamic_warming_secrets',
        'DynamicSecret',
        dynamic.filter(({ state }) => state === 'warming'),
      ),
    ],
  };
}

function extensionSection(extensions: readonly DumpedResource[]): DumpSection {
  return {
    message: 'envoy.admin.v3.EcdsConfigDump',
    head: () => ({}),
    heads: [],
    lists: [
      {
        field: 'ecds_filters',
        element: 'envoy.admin.v3.EcdsConfigDump.EcdsFilterConfig',
        items: extensions.map((each) =>
          item(each, (resource) => ({ ...versionOf(resource), ecds_filter: resourceJson(resource), ...updated(resource) })),
        ),
      },
    ],
  };
}

function versioned(view: AdminView, type: ResourceType): Pick<DumpSection, 'head' | 'heads'> {
  return {
    heads: ['version_info'],
    head() {
      const version = view.versionOf(type);
      return version === '' ? {} : { version_info: version };
    },
  };
}

function item(resource: DumpedResource, json: (resource: DumpedResource) => JsonObject): DumpItem {
  return { name: resource.name, json: () => json(resource) };
}

function versionOf({ origin, version }: DumpedResource): JsonObject {
  return origin === 'static' || version === '' ? {} : { version_info: version };
}

function updated({ lastUpdated }: DumpedResource): JsonObject {
  return { last_updated: timeText(lastUpdated) };
}

/** proto3 JSON of a Timestamp. */
function timeText(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}

/** The bytes as an Any: what cannot be read shows as its type alone. */
function resourceJson(resource: DumpedResource): JsonValue {
  const message = tryDecode(resource);
  return { '@type': typeUrlOf(resource.type), ...(message === null ? {} : (dumpJson(message) as JsonObject)) };
}

function tryDecode({ type, bytes }: DumpedResource): AnyMessage | null {
  const desc = findSchema(type);
  try {
    return desc === undefined ? null : decode(desc, bytes);
  } catch {
    return null;
  }
}

function tryOpen(any: AnyMessage): AnyMessage | null {
  try {
    const opened = openAny(any as Parameters<typeof openAny>[0]);
    return opened.kind === 'message' ? opened.message : null;
  } catch {
    return null;
  }
}
