import type { SecureContext, SecureContextOptions } from 'node:tls';
import type { Problems } from '../../../src/base/errors.ts';
import type { Dispatcher } from '../../../src/net/dispatcher.ts';

/** Entries from which on those that nobody uses any more are swept out before another one comes. */
const SWEEP_FROM = 64;

/**
 * Contexts of OpenSSL by what they are made of: the clusters of a mesh differ in whom they expect and not in certificate and roots,
 * and a context holds 44 KB. Whoever uses one keeps it alive.
 */
export class SharedContexts {
  private readonly byHash: Map<string, WeakRef<SecureContext>>;

  constructor() {
    this.byHash = new Map();
  }

  /** Null after reporting what OpenSSL does not like. */
  get(options: SecureContextOptions, problems: Problems): SecureContext | null {
    // Loaded with the first context: a proxy without TLS does without.
    const { hash: digest } = process.getBuiltinModule('node:crypto');
    const hash = digest('sha256', JSON.stringify(options), 'base64');
    const known = this.byHash.get(hash)?.deref();
    if (known !== undefined) return known;
    try {
      const context = process.getBuiltinModule('node:tls').createSecureContext(options);
      if (this.byHash.size >= SWEEP_FROM) this.sweep();
      this.byHash.set(hash, new WeakRef(context));
      return context;
    } catch (error) {
      problems.add('bad_value', (error as Error).message);
      return null;
    }
  }

  private sweep(): void {
    for (const [hash, reference] of this.byHash) if (reference.deref() === undefined) this.byHash.delete(hash);
  }
}

const OF_LOOP = new WeakMap<Dispatcher, SharedContexts>();

/** One for each event loop: workers share no sessions. */
export function contextsOf(dispatcher: Dispatcher): SharedContexts {
  let contexts = OF_LOOP.get(dispatcher);
  if (contexts === undefined) {
    contexts = new SharedContexts();
    OF_LOOP.set(dispatcher, contexts);
  }
  return contexts;
}
