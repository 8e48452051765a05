/** Writes to stdout, and resolves when the reader has it: the process may end at once after that. */
export function print(text: string): Promise<void> {
  return new Promise((resolve) => void process.stdout.write(text, () => resolve()));
}

/** The same, to stderr. */
export function complain(text: string): Promise<void> {
  return new Promise((resolve) => void process.stderr.write(text, () => resolve()));
}
