/**
 * The text that every match of a regular expression begins with, as far as it can be told at a glance: what an index of routes may file
 * the expression under. '' is always a right answer.
 */

const SPECIAL = /[\\^$.|?*+()[\]{}]/;
const PUNCTUATION = /[!-/:-@[-`{-~]/;
const PRINTABLE = /^[\x20-\x7e]$/;

export function literalPrefix(source: string): string {
  if (hasAlternative(source)) return '';
  let prefix = '';
  let at = source.startsWith('^') ? 1 : 0;
  while (at < source.length) {
    let character = source.charAt(at);
    let next = at + 1;
    if (character === '\\') {
      character = source.charAt(next);
      if (!PUNCTUATION.test(character)) break;
      next++;
    } else if (SPECIAL.test(character)) break;
    if (!PRINTABLE.test(character)) break;
    const quantifier = source.charAt(next);
    if (quantifier === '*' || quantifier === '?' || quantifier === '{') break;
    prefix += character;
    if (quantifier === '+') break;
    at = next;
  }
  return prefix;
}

/** Whether one of several branches matches, so that no beginning is shared. What is hard to read counts as such. */
function hasAlternative(source: string): boolean {
  if (!source.includes('|')) return false;
  if (source.includes('\\Q') || source.includes('[')) return true;
  let depth = 0;
  for (let i = 0; i < source.length; i++) {
    const character = source.charAt(i);
    if (character === '\\') i++;
    else if (character === '(') depth++;
    else if (character === ')') depth--;
    else if (character === '|' && depth === 0) return true;
  }
  return false;
}
