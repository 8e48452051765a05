/** A worker of this build that compiles and does not serve: what a resource on its own is told. */
import { type AnyMessage, fromJson, type JsonInput, toBinary } from '../../src/api/index.ts';
import { systemClock } from '../../src/base/clock.ts';
import { Loggers } from '../../src/base/log.ts';
import { ExtensionRegistry } from '../../src/extension/registry.ts';
import { installed } from '../../src/installed.ts';
import type { Resource, ResourceType } from '../../src/runtime/contracts.ts';
import { createRooms } from '../../src/runtime/rooms.ts';
import { WorkerCore } from '../../src/runtime/worker-core.ts';
import { workerSettings } from './runtime.ts';

export class CompileWorker {
  readonly #core: WorkerCore;

  private constructor(registry: ExtensionRegistry, discoveryClusters: readonly string[]) {
    this.#core = new WorkerCore(
      { ...workerSettings(), serve: false, identified: true, discoveryClusters: discoveryClusters.map((name) => [name, ''] as const) },
      {
        clock: systemClock,
        registry,
        loggers: new Loggers('off'),
        rooms: createRooms(),
        events: { onState() {}, onLateFailure() {}, onSecretDemand() {}, onSecretRelease() {} },
      },
    );
  }

  /** `discoveryClusters`: static clusters that discovery may ask. */
  static async create(discoveryClusters: readonly string[] = []): Promise<CompileWorker> {
    const registry = new ExtensionRegistry();
    for (const definition of await installed()) registry.register(definition);
    return new CompileWorker(registry, discoveryClusters);
  }

  /** Hands all of them in at once. By name of the resource, `path: message` of every problem; nothing for what was accepted. */
  async refused(resources: readonly unknown[]): Promise<{ [name: string]: string[] }> {
    const results = await this.#core.apply({ origin: 'xds', set: resources.map(resourceOf), remove: [] });
    const refused: { [name: string]: string[] } = {};
    for (const result of results) {
      if (!result.accepted) refused[result.resource.name] = result.problems.map(({ path, message }) => `${path}: ${message}`);
    }
    return refused;
  }

  async close(): Promise<void> {
    await this.#core.close();
  }
}

/** `json` has an `@type`. */
function resourceOf(json: unknown): Resource {
  const { '@type': url, ...fields } = json as { readonly [key: string]: JsonInput };
  const type = String(url).slice(String(url).lastIndexOf('/') + 1) as ResourceType;
  const message: AnyMessage = fromJson(type, fields);
  return { type, name: String(fields['name'] ?? fields['cluster_name'] ?? ''), version: '', bytes: toBinary(message) };
}
