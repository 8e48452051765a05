/** `path_config_source`: a DiscoveryResponse in YAML, JSON or wire form that holds one secret, read again when the file changes. */
import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { fromBinary, type Message, openAny } from '../../api/index.ts';
import { ConfigError, renderProblem } from '../../base/errors.ts';
import { loadMessage } from '../../config/load.ts';
import { type DiscoveryWatcher, RESOURCE_TYPES, type Resource } from '../contracts.ts';
import type { DynamicFields } from '../dynamic-fields.ts';
import type { FileWatch, WatchedFiles } from './watched-files.ts';

type DiscoveryResponse = Message<'envoy.service.discovery.v3.DiscoveryResponse'>;

const RESPONSE = 'envoy.service.discovery.v3.DiscoveryResponse';

export interface SdsFileParts {
  readonly files: WatchedFiles;
  readonly fields: DynamicFields;
}

export class SdsFile {
  readonly #path: string;
  readonly #name: string;
  readonly #watcher: DiscoveryWatcher;
  readonly #watch: FileWatch;
  readonly #fields: DynamicFields;

  /** `directory`: `watched_directory`, '' without. The first reading happens before this returns. */
  constructor(path: string, directory: string, name: string, { files, fields }: SdsFileParts, watcher: DiscoveryWatcher) {
    this.#path = path;
    this.#name = name;
    this.#watcher = watcher;
    this.#fields = fields;
    this.#watch = files.watch([path], directory === '' ? [] : [directory], () => this.#read());
    this.#read();
  }

  close(): void {
    this.#watch.close();
  }

  #read(): void {
    let response: ReadResponse;
    try {
      response = readResponse(this.#path);
    } catch (error) {
      this.#watcher.onFailure(textOf(error));
      return;
    }
    let resource: Resource;
    try {
      const problems = this.#fields.check(`secret ${this.#name}`, response.unknownFields);
      if (problems.length > 0) throw new ConfigError(problems);
      resource = secretIn(response.message, this.#name);
    } catch (error) {
      this.#watcher.onRejected(textOf(error));
      return;
    }
    const problems = this.#watcher.onResource(resource);
    if (problems.length > 0) this.#watcher.onRejected(problems.map(renderProblem).join('; '));
  }
}

function textOf(error: unknown): string {
  return error instanceof ConfigError ? error.problems.map(renderProblem).join('; ') : (error as Error).message;
}

interface ReadResponse {
  readonly message: DiscoveryResponse;
  /** Those that a text has; what bytes have is found when the secret is decoded. */
  readonly unknownFields: readonly string[];
}

/** @throws ConfigError, or what reading the file throws */
function readResponse(path: string): ReadResponse {
  if (extname(path) === '.pb') return { message: fromBinary(RESPONSE, readFileSync(path)), unknownFields: [] };
  const loaded = loadMessage(RESPONSE, [{ file: path, text: readFileSync(path, 'utf8') }], { allowUnknownFields: true });
  if ('problems' in loaded) throw new ConfigError(loaded.problems);
  return loaded;
}

/** @throws ConfigError unless it holds that one secret, as Envoy wants it */
function secretIn({ resources, versionInfo }: DiscoveryResponse, name: string): Resource {
  const [first] = resources;
  if (first === undefined || resources.length > 1) throw refusal(`one secret is expected, there are ${resources.length}`);
  let any = first;
  let opened = openAny(any);
  if (opened.kind === 'message' && opened.typeName === 'envoy.service.discovery.v3.Resource') {
    const inner = (opened.message as Message<'envoy.service.discovery.v3.Resource'>).resource;
    if (inner === undefined) throw refusal('a wrapped resource is empty');
    any = inner;
    opened = openAny(any);
  }
  if (opened.kind !== 'message' || opened.typeName !== RESOURCE_TYPES.secret) throw refusal(`a secret is expected, not ${opened.typeName}`);
  const found = (opened.message as Message<typeof RESOURCE_TYPES.secret>).name;
  if (found !== name) throw refusal(`the secret "${name}" is expected, not "${found}"`);
  return { type: RESOURCE_TYPES.secret, name, version: versionInfo, bytes: any.value };
}

function refusal(message: string): ConfigError {
  return new ConfigError([{ code: 'bad_value', path: '', message }]);
}
