import type { Field } from '../../headers.ts';

/** RFC 7541 §4.1: what an entry costs besides its characters. */
export const ENTRY_BYTES = 32;

/** The default of SETTINGS_HEADER_TABLE_SIZE, and the most that we use or allow. */
export const TABLE_BYTES = 4096;

/** More entries than a table of TABLE_BYTES can hold; a power of two. */
const RING = 128;

export function entryBytes(field: Field): number {
  return field.name.text.length + field.value.length + ENTRY_BYTES;
}

/** The dynamic table of one direction (RFC 7541 §2.3.2): a ring of fields, newest at `head - 1`. Empty places hold null. */
export class DynamicTable {
  readonly ring: (Field | null)[];
  count: number;
  bytes: number;
  limit: number;
  /** Where the next entry goes. */
  head: number;

  constructor() {
    this.ring = [];
    for (let i = 0; i < RING; i++) this.ring.push(null);
    this.count = 0;
    this.bytes = 0;
    this.limit = TABLE_BYTES;
    this.head = 0;
  }

  /** The entry at a position counted from the newest (0), null when there is none. */
  at(position: number): Field | null {
    return position < this.count ? (this.ring[(this.head - 1 - position) & (RING - 1)] as Field | null) : null;
  }

  /** The position of a place in the ring. */
  positionOf(place: number): number {
    return (this.head - 1 - place) & (RING - 1);
  }

  /** Adds an entry and evicts what it pushes out; returns its place, -1 when it is larger than the table (which is then empty). */
  add(field: Field): number {
    const bytes = entryBytes(field);
    this.evict(this.limit - bytes);
    if (bytes > this.limit) return -1;
    const place = this.head;
    this.ring[place] = field;
    this.head = (place + 1) & (RING - 1);
    this.count++;
    this.bytes += bytes;
    return place;
  }

  /** `limit` is at most TABLE_BYTES. */
  resize(limit: number): void {
    this.limit = limit;
    this.evict(limit);
  }

  private evict(most: number): void {
    while (this.count > 0 && this.bytes > most) {
      const place = (this.head - this.count) & (RING - 1);
      this.bytes -= entryBytes(this.ring[place] as Field);
      this.ring[place] = null;
      this.count--;
    }
  }
}
