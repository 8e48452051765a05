/**
 * Clusters of one worker by name. Routes keep handles, so that a cluster can come, be exchanged and go while they stand.
 *
 * A handle lives as long as somebody keeps it, or its cluster exists: names may come from request headers
 * (`cluster_header`), and no client may fill memory with names.
 */
import type { Cluster, ClusterHandle } from './cluster.ts';
import type { ClusterInstance, ClusterSet } from './instances.ts';

class Handle implements ClusterHandle {
  readonly name: string;
  current: Cluster | null;

  constructor(name: string) {
    this.name = name;
    this.current = null;
  }
}

class Active {
  readonly handle: Handle;
  readonly instance: ClusterInstance;

  constructor(handle: Handle, instance: ClusterInstance) {
    this.handle = handle;
    this.instance = instance;
  }
}

export class Clusters implements ClusterSet {
  private readonly handles: Map<string, WeakRef<Handle>>;
  private readonly active: Map<string, Active>;
  private readonly forgotten: FinalizationRegistry<string>;

  constructor() {
    const handles = new Map<string, WeakRef<Handle>>();
    this.handles = handles;
    this.active = new Map();
    this.forgotten = new FinalizationRegistry((name) => {
      if (handles.get(name)?.deref() === undefined) handles.delete(name);
    });
  }

  handle(name: string): ClusterHandle {
    return this.active.get(name)?.handle ?? this.weakHandle(name);
  }

  private weakHandle(name: string): Handle {
    let handle = this.handles.get(name)?.deref();
    if (handle === undefined) {
      handle = new Handle(name);
      this.handles.set(name, new WeakRef(handle));
      this.forgotten.register(handle, name);
    }
    return handle;
  }

  /** Names that somebody holds a handle of, or held until lately. */
  get named(): number {
    return this.handles.size;
  }

  known(name: string): boolean {
    return this.active.has(name);
  }

  set(instance: ClusterInstance): void {
    const { name } = instance.cluster.settings;
    const before = this.active.get(name);
    const handle = before?.handle ?? this.weakHandle(name);
    handle.current = instance.cluster;
    this.active.set(name, new Active(handle, instance));
    before?.instance.close();
  }

  remove(name: string): boolean {
    const entry = this.active.get(name);
    if (entry === undefined) return false;
    this.active.delete(name);
    entry.handle.current = null;
    entry.instance.close();
    return true;
  }

  all(): readonly ClusterInstance[] {
    const instances: ClusterInstance[] = [];
    for (const entry of this.active.values()) instances.push(entry.instance);
    return instances;
  }
}
