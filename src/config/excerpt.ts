/**
 * Problems as a person reads them: place, path, the source line with a caret, what is meant.
 *
 *     bad.yaml:14:13  error  static_resources.clusters[0].…socket_address.port
 *        14 |             port: 3000
 *           |             ^^^^ unknown field "port" of envoy.config.core.v3.SocketAddress; did you mean "port_value"?
 */
import type { Problem } from '../base/errors.ts';
import { type Paint, PLAIN } from '../base/paint.ts';
import type { SourceLines } from './source.ts';

export type Severity = 'error' | 'warning';

export function renderExcerpt(problem: Problem, texts: readonly SourceLines[], paint: Paint = PLAIN, severity: Severity = 'error'): string {
  const { position } = problem;
  const text = problem.hint === undefined ? problem.message : `${problem.message}; ${problem.hint}`;
  const label = paint[severity](severity);
  if (position === undefined) return `${label}  ${problem.path === '' ? '' : `${problem.path}: `}${text}`;
  const place = paint.strong(`${position.file}:${position.line}:${position.column}`);
  const head = `${place}  ${label}  ${problem.path}`.trimEnd();
  const line = texts.find((t) => t.file === position.file)?.lines[position.line - 1];
  if (line === undefined) return `${head}\n  ${text}`;
  const number = String(position.line).padStart(5);
  const rest = line.slice(position.column - 1);
  const width = Math.max(1, /^["']?[\w@./-]+["']?/.exec(rest)?.[0].length ?? 1);
  const indent = line.slice(0, position.column - 1).replace(/[^\t]/g, ' ');
  const bar = paint.faint('|');
  return `${head}\n${paint.faint(number)} ${bar} ${line.trimEnd()}\n${' '.repeat(5)} ${bar} ${indent}${paint[severity]('^'.repeat(width))} ${text}`;
}

/** All problems, in the order of the file, with a count. */
export function renderProblems(
  problems: readonly Problem[],
  texts: readonly SourceLines[],
  paint: Paint = PLAIN,
  severity: Severity = 'error',
): string {
  const order = (p: Problem) => (p.position === undefined ? -1 : p.position.line * 10_000 + p.position.column);
  const sorted = [...problems].sort((a, b) => order(a) - order(b));
  const count = `${problems.length} ${problems.length === 1 ? severity : `${severity}s`}`;
  return [...sorted.map((p) => renderExcerpt(p, texts, paint, severity)), count].join('\n');
}
