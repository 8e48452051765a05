/** Sessions that servers offered, for the next connection under the same context and name. */
export class SessionCache {
  /** `max_session_keys`; 0: nothing is kept. */
  readonly limit: number;
  private readonly entries: SessionEntry[];

  constructor(limit: number) {
    this.limit = limit;
    this.entries = [];
  }

  put(key: string, session: Buffer, once: boolean): void {
    if (this.limit === 0) return;
    this.entries.unshift({ key, session, once });
    if (this.entries.length > this.limit) this.entries.pop();
  }

  /** The newest. Tickets of TLS 1.3 are used once (RFC 8446 appendix C.4). */
  take(key: string): Buffer | null {
    const { entries } = this;
    for (let i = 0; i < entries.length; i++) {
      const entry = entries[i] as SessionEntry;
      if (entry.key !== key) continue;
      if (entry.once) entries.splice(i, 1);
      return entry.session;
    }
    return null;
  }

  /** Nothing that was agreed upon before is valid any more. */
  clear(): void {
    this.entries.length = 0;
  }
}

interface SessionEntry {
  readonly key: string;
  readonly session: Buffer;
  readonly once: boolean;
}
