/**
 * Discovery in its state-of-the-world form over one stream (xDS protocol, "Basic Protocol Overview"): asks by name, acknowledges or
 * refuses each answer with its nonce, and connects again, with everything that was asked for, when the stream ends. What was
 * delivered before stays where it is meanwhile.
 *
 * A secret that an answer leaves out is not withdrawn: only answers for wildcards are complete, and servers send what changed.
 */
import { create, fromBinary, type Message, openAny, toBinary, typeNameOf, typeUrlOf } from '../api/index.ts';
import type { Delays } from '../base/delays.ts';
import { ConfigError, renderProblem } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import type { DiscoveryOptions, DiscoverySource, DiscoveryWatch, DiscoveryWatcher, Resource, ResourceType } from '../runtime/contracts.ts';
import type { Backoff } from './backoff.ts';
import type { DiscoveryTransport, TransportStream } from './transport.ts';
import { TypeState } from './type-state.ts';

type Any = Message<'google.protobuf.Any'>;
type DiscoveryResponse = Message<'envoy.service.discovery.v3.DiscoveryResponse'>;

/** google.rpc.Code, as Envoy refuses an answer. */
const INTERNAL = 13;
/** Envoy cuts what it tells the server. */
const ERROR_LIMIT = 4096;

export interface SotwStreamParts {
  readonly transport: DiscoveryTransport;
  readonly method: string;
  readonly node: Message<'envoy.config.core.v3.Node'> | null;
  readonly backoff: Backoff;
  readonly delays: Delays;
  readonly log: Logger;
}

export class SotwStream implements DiscoverySource {
  readonly #parts: SotwStreamParts;
  readonly #types = new Map<ResourceType, TypeState>();
  #stream: TransportStream | null = null;
  /** The server said something on this stream. */
  #heard = false;
  #nodeSent = false;
  #retry: (() => void) | null = null;
  #closed = false;

  constructor(parts: SotwStreamParts) {
    this.#parts = parts;
  }

  watch(type: ResourceType, name: string, watcher: DiscoveryWatcher, options: DiscoveryOptions = {}): DiscoveryWatch {
    let state = this.#types.get(type);
    if (state === undefined) {
      state = new TypeState(type);
      this.#types.set(type, state);
    }
    const of = state;
    if (of.version === '' && options.version !== undefined) of.version = options.version;
    const isNew = of.add(name, watcher);
    const { initialFetchMs = 0 } = options;
    const stopTimer = initialFetchMs > 0 ? this.#parts.delays.after(initialFetchMs, () => watcher.onTimeout()) : null;
    if (this.#stream === null) {
      if (this.#retry === null) this.#connect();
    } else if (isNew) this.#ask(of);
    return {
      close: () => {
        stopTimer?.();
        if (of.remove(name, watcher) && this.#stream !== null && of.watchers.size > 0) this.#ask(of);
      },
    };
  }

  close(): void {
    this.#closed = true;
    this.#retry?.();
    this.#retry = null;
    this.#stream?.cancel();
    this.#stream = null;
    this.#parts.transport.close();
  }

  #connect(): void {
    if (this.#closed) return;
    this.#heard = false;
    this.#nodeSent = false;
    let ended = false;
    const stream = this.#parts.transport.open(this.#parts.method, {
      onMessage: (bytes) => this.#onMessage(bytes),
      onEnd: (reason) => {
        ended = true;
        this.#onEnd(reason);
      },
    });
    if (ended) return;
    this.#stream = stream;
    for (const state of this.#types.values()) {
      state.nonce = '';
      if (state.watchers.size > 0) this.#ask(state);
    }
  }

  #onEnd(reason: string): void {
    this.#stream = null;
    if (this.#closed) return;
    const wait = this.#parts.backoff.next();
    this.#parts.log.debug(`discovery stream ${this.#parts.method} ended: ${reason}; again in ${wait} ms`);
    this.#retry = this.#parts.delays.after(wait, () => {
      this.#retry = null;
      this.#connect();
    });
    for (const state of this.#types.values()) {
      for (const watcher of [...state.all()]) {
        if (this.#heard) watcher.onConnected(false);
        watcher.onFailure(`its server is gone: ${reason}`);
      }
    }
  }

  #onMessage(bytes: Buffer): void {
    let response: DiscoveryResponse;
    try {
      response = fromBinary('envoy.service.discovery.v3.DiscoveryResponse', bytes);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      this.#parts.log.warning(`an answer on ${this.#parts.method} cannot be read: ${error.message}`);
      return;
    }
    this.#parts.backoff.reset();
    if (!this.#heard) {
      this.#heard = true;
      for (const state of this.#types.values()) for (const watcher of [...state.all()]) watcher.onConnected(true);
    }
    const state = this.#types.get(typeNameOf(response.typeUrl) as ResourceType);
    if (state === undefined) {
      this.#parts.log.warning(`an answer of type ${response.typeUrl}, which nobody asked for`);
      return;
    }
    state.nonce = response.nonce;
    const refusals = this.#deliver(state, response);
    if (refusals.length === 0) state.version = response.versionInfo;
    if (state.watchers.size > 0) this.#ask(state, refusals.join('; '));
  }

  /** What is wrong with the answer; every resource that is fine is delivered all the same. */
  #deliver(state: TypeState, { resources, versionInfo }: DiscoveryResponse): string[] {
    const refusals: string[] = [];
    for (const any of resources) {
      let resource: Resource;
      try {
        resource = readResource(any, state.type, versionInfo);
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        refusals.push(error.message);
        for (const watcher of [...state.all()]) watcher.onRejected(error.message);
        continue;
      }
      for (const watcher of [...(state.watchers.get(resource.name) ?? [])]) {
        const problems = watcher.onResource(resource);
        if (problems.length === 0) continue;
        const reason = `${resource.name}: ${problems.map(renderProblem).join(', ')}`;
        refusals.push(reason);
        watcher.onRejected(reason);
      }
    }
    return refusals;
  }

  /** Asks for everything of a type: a new subscription, an acknowledgement, or a refusal when there is an `error`. */
  #ask(state: TypeState, error = ''): void {
    const node = this.#nodeSent ? null : this.#parts.node;
    this.#nodeSent = true;
    const request = create('envoy.service.discovery.v3.DiscoveryRequest', {
      typeUrl: typeUrlOf(state.type),
      resourceNames: state.names,
      versionInfo: state.version,
      responseNonce: state.nonce,
      ...(error === '' ? {} : { errorDetail: { code: INTERNAL, message: error.slice(0, ERROR_LIMIT) } }),
    });
    if (node !== null) request.node = node;
    this.#stream?.send(toBinary(request));
  }
}

/** @throws ConfigError when it is no resource of that type */
function readResource(given: Any, type: ResourceType, version: string): Resource {
  let any = given;
  if (typeNameOf(any.typeUrl) === 'envoy.service.discovery.v3.Resource') {
    any = fromBinary('envoy.service.discovery.v3.Resource', any.value).resource ?? any;
  }
  const opened = openAny(any);
  if (opened.kind !== 'message' || opened.typeName !== type) {
    throw new ConfigError([{ code: 'wrong_kind', path: '', message: `a ${type} is expected, not ${opened.typeName}` }]);
  }
  const { name } = opened.message as unknown as { readonly name: string };
  return { type, name, version, bytes: any.value };
}
