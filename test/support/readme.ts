/** What a README tells people to paste, with what they should see. */
export interface Pasted {
  readonly command: string;
  /** Matches the output: `…` stands for anything within a line. */
  readonly output: RegExp;
}

/** Indented lines that begin with `$ ` and what is printed below them. */
export function pastedIn(readme: string): Pasted[] {
  const found: { command: string; lines: string[] }[] = [];
  let open = false;
  for (const line of readme.split('\n')) {
    const [, text] = /^ {4}(.*)$/.exec(line) ?? [];
    if (text === undefined) open = false;
    else if (text.startsWith('$ ')) {
      found.push({ command: text.slice(2), lines: [] });
      open = true;
    } else if (open) found.at(-1)?.lines.push(text);
  }
  return found.map(({ command, lines }) => ({ command, output: pattern(lines) }));
}

function pattern(lines: readonly string[]): RegExp {
  const each = lines.map((line) =>
    line
      .split('…')
      .map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
      .join('.*'),
  );
  return new RegExp(`^${each.join('\\n')}\\n?$`);
}
