/** Methods of Node's Buffer that its published types leave out (documented as legacy, three times as fast as `toString`). */
interface Buffer {
  /** Bytes [start, end) as one latin1 string. */
  latin1Slice(start?: number, end?: number): string;
  utf8Slice(start?: number, end?: number): string;
  /** Writes the low byte of each character; answers how many were written. */
  latin1Write(text: string, offset?: number, length?: number): number;
}
