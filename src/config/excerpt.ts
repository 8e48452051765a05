/**
 * Problems as a person reads them: place, path, the source line with a caret, what is meant.
 *
 *     bad.yaml:14:13  error  static_resources.clusters[0].…socket_address.port
 *        14 |             port: 3000
 *           |             ^^^^ unknown field "port" of envoy.config.core.v3.SocketAddress; did you mean "port_value"?
 */
import type { Problem } from '../base/errors.ts';
import type { SourceLines } from './source.ts';

export function renderExcerpt(problem: Problem, texts: readonly SourceLines[]): string {
  const { position } = problem;
  const text = problem.hint === undefined ? problem.message : `${problem.message}; ${problem.hint}`;
  if (position === undefined) return `error  ${problem.path === '' ? '' : `${problem.path}: `}${text}`;
  const head = `${position.file}:${position.line}:${position.column}  error  ${problem.path}`.trimEnd();
  const line = texts.find((t) => t.file === position.file)?.lines[position.line - 1];
  if (line === undefined) return `${head}\n  ${text}`;
  const number = String(position.line).padStart(5);
  const rest = line.slice(position.column - 1);
  const width = Math.max(1, /^["']?[\w@./-]+["']?/.exec(rest)?.[0].length ?? 1);
  const indent = line.slice(0, position.column - 1).replace(/[^\t]/g, ' ');
  return `${head}\n${number} | ${line.trimEnd()}\n${' '.repeat(5)} | ${indent}${'^'.repeat(width)} ${text}`;
}

/** All problems, in the order of the file, with a count. */
export function renderProblems(problems: readonly Problem[], texts: readonly SourceLines[]): string {
  const order = (p: Problem) => (p.position === undefined ? -1 : p.position.line * 10_000 + p.position.column);
  const sorted = [...problems].sort((a, b) => order(a) - order(b));
  return [...sorted.map((p) => renderExcerpt(p, texts)), `${problems.length} ${problems.length === 1 ? 'error' : 'errors'}`].join('\n');
}
