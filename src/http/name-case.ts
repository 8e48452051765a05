/**
 * How names are spelled in HTTP/1.1 heads (`header_key_format`). Inside the proxy they are lower case; peers that cannot bear it get
 * them with capitals, or as they came.
 */

/** From a name in lower case to the one that is written. */
export interface NameCase {
  of(lower: string): string;
}

/** What a codec keeps of the names that it reads (Envoy's `PreserveCaseFormatterConfig`). */
export interface NameMemory {
  /** For names that did not come with the message; null: lower case. */
  readonly others: NameCase | null;
  /** The reason phrase of a response is kept as well. */
  readonly reason: boolean;
}

class LowerCase implements NameCase {
  of(lower: string): string {
    return lower;
  }
}

export const LOWER_CASE: NameCase = new LowerCase();

/** `proper_case_words`: `X-Request-Id`, and a capital after everything that is neither letter nor digit. */
export class ProperCase implements NameCase {
  of(lower: string): string {
    let text = '';
    let capital = true;
    for (let i = 0; i < lower.length; i++) {
      const code = lower.charCodeAt(i);
      const letter = code >= 97 && code <= 122;
      text += letter && capital ? String.fromCharCode(code - 32) : lower.charAt(i);
      capital = !letter && !(code >= 48 && code <= 57);
    }
    return text;
  }
}

/** The names of one head as they came; the first spelling counts. It goes along with the head, whoever writes it. */
export class SpelledNames implements NameCase {
  /** '' where none is kept. */
  reason: string;
  private readonly names: Map<string, string>;
  private readonly others: NameCase | null;

  constructor(memory: NameMemory) {
    this.reason = '';
    this.names = new Map();
    this.others = memory.others;
  }

  learn(lower: string, spelled: string): void {
    if (!this.names.has(lower)) this.names.set(lower, spelled);
  }

  of(lower: string): string {
    return this.names.get(lower) ?? (this.others === null ? lower : this.others.of(lower));
  }
}
