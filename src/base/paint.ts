/** Colours for people: on a terminal only, unless the environment says otherwise (no-color.org, force-color.org). */
export interface Paint {
  error(text: string): string;
  warning(text: string): string;
  good(text: string): string;
  strong(text: string): string;
  faint(text: string): string;
  link(text: string): string;
}

const same = (text: string): string => text;
/** No colours at all. */
export const PLAIN: Paint = { error: same, warning: same, good: same, strong: same, faint: same, link: same };

const sgr =
  (on: number, off: number) =>
  (text: string): string =>
    text === '' ? '' : `\u001b[${on}m${text}\u001b[${off}m`;

const COLOURED: Paint = {
  error: sgr(31, 39),
  warning: sgr(33, 39),
  good: sgr(32, 39),
  strong: sgr(1, 22),
  faint: sgr(2, 22),
  link: sgr(36, 39),
};

/** `FORCE_COLOR` (unless 0 or false) wins over `NO_COLOR`, and that over what the stream is. */
export function paintFor(stream: { readonly isTTY?: boolean }, environment: Readonly<Record<string, string | undefined>>): Paint {
  const { FORCE_COLOR: force, NO_COLOR: no = '', TERM: terminal } = environment;
  if (force !== undefined) return force === '0' || force === 'false' ? PLAIN : COLOURED;
  return no === '' && stream.isTTY === true && terminal !== 'dumb' ? COLOURED : PLAIN;
}
