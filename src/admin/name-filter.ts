/** `filter=` of `/stats` and `/clusters`: a regular expression of RE2 that may match anywhere in a name. */
import { provenLinear } from '../http/routing/regex-proof.ts';

export type NameFilter = (name: string) => boolean;

/** RE2's own words for what re2js says in Go's. */
const WORDS: readonly (readonly [RegExp, string])[] = [
  [/^missing closing (\S+)/, 'missing $1'],
  [/^invalid nested repetition operator/, 'bad repetition operator'],
  [/^missing argument to repetition operator/, 'no argument for repetition operator'],
  [/^trailing backslash at end of expression/, 'trailing \\'],
  [/^invalid repeat count/, 'invalid repetition size'],
  [/^invalid or unsupported Perl syntax/, 'invalid perl operator'],
  [/^invalid named capture/, 'invalid named capture group'],
];

/** The filter, or what is wrong with the pattern in the words of RE2 (`missing ): (`). re2js is loaded when a filter is first used. */
export async function nameFilter(pattern: string): Promise<NameFilter | { readonly error: string }> {
  const { RE2JS } = await import('re2js');
  try {
    const compiled = RE2JS.compile(pattern);
    if (provenLinear(pattern)) {
      const regex = new RegExp(pattern);
      return (name) => regex.test(name);
    }
    return (name) => compiled.matcher(name).find();
  } catch (error) {
    return { error: inWordsOfRe2(error instanceof Error ? error.message : String(error)) };
  }
}

/** As `nameFilter`, for a pattern that has to match a whole name (`name_regex=` of `/config_dump`). */
export async function wholeNameFilter(pattern: string): ReturnType<typeof nameFilter> {
  const part = await nameFilter(pattern);
  return typeof part === 'function' ? nameFilter(`^(?:${pattern})$`) : part;
}

function inWordsOfRe2(message: string): string {
  const [, reason = message, where = ''] = /^error parsing regexp: (.*?)(?:: `(.*)`)?$/s.exec(message) ?? [];
  const words = WORDS.reduce((text, [said, say]) => text.replace(said, say), reason);
  // RE2 shows no pattern for a backslash at its end.
  return where === '' ? words : `${words}: ${where}`;
}
