/**
 * The static door: texts → one checked bootstrap message. Every problem of every text is reported, each with line and
 * column; a bootstrap with problems is never handed on.
 */
import { readFileSync } from 'node:fs';
import { isScalar, type Node } from 'yaml';
import { type AnyMessage, decodeJson, fromBinary, type Message, type MessageName, schema, toBinary } from '../api/index.ts';
import { ConfigError, type Problem } from '../base/errors.ts';
import { checkConstraints } from './constraints.ts';
import { PositionIndex } from './position-index.ts';
import { type ConfigText, parseText, type SourceLines } from './source.ts';
import { Walk } from './walk.ts';

export interface LoadOptions {
  /** `--allow-unknown-static-fields`: unknown fields are skipped and listed instead of refused. */
  readonly allowUnknownFields?: boolean;
}

export interface Loaded<N extends MessageName> {
  readonly message: Message<N>;
  /** Fills in positions of problems that later stages find by field path. */
  readonly positions: PositionIndex;
  /** Paths of skipped unknown fields: `server.static_unknown_fields`. */
  readonly unknownFields: readonly string[];
  /** The texts, for excerpts. */
  readonly texts: readonly SourceLines[];
}

export interface Refused<N extends MessageName> {
  /** Every problem, each with its position. */
  readonly problems: readonly Problem[];
  readonly texts: readonly SourceLines[];
  /** What is left without the broken parts, so that later stages can look for more; null when a text cannot be read at all. */
  readonly rest: Rest<N> | null;
}

export interface Rest<N extends MessageName> extends Omit<Loaded<N>, 'texts'> {
  /** Where it breaks a constraint, reported or not: such a part must not be compiled. */
  readonly violations: readonly string[];
}

export type LoadResult<N extends MessageName> = Loaded<N> | Refused<N>;

/** Reads a file as configuration text; an unreadable one is a problem of code `io`. */
export function readConfigFile(file: string): ConfigText | Problem {
  if (/\.pb(_text)?$/.test(file)) {
    return { code: 'unsupported', path: '', message: `${file}: this format is not read`, hint: 'write the bootstrap as .yaml or .json' };
  }
  try {
    return { file, text: readFileSync(file, 'utf8') };
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : (error as Error).message;
    return { code: 'io', path: '', message: `cannot read ${file}: ${reason}`, hint: 'check the path given to -c' };
  }
}

/**
 * Texts in order, each merged over the ones before as protobuf merges (scalars replace, lists append, messages merge):
 * the file, then `--config-yaml`.
 */
export function loadMessage<N extends MessageName>(name: N, given: readonly ConfigText[], options: LoadOptions = {}): LoadResult<N> {
  const problems: Problem[] = [];
  const texts: SourceLines[] = [];
  const positions = new PositionIndex();
  const unknownFields: string[] = [];
  const parts: AnyMessage[] = [];
  for (const text of given) {
    const result = parseText(text);
    if ('problems' in result) {
      problems.push(...result.problems);
      texts.push(result.lines);
      continue;
    }
    const { parsed } = result;
    texts.push(parsed);
    if (isEmpty(parsed.root)) {
      problems.push({
        code: 'syntax',
        path: '',
        message: `${text.file} is empty`,
        hint: EMPTY,
        position: { file: text.file, line: 1, column: 1 },
      });
      continue;
    }
    const own = new PositionIndex();
    const walk = new Walk(parsed, own, options.allowUnknownFields === true);
    own.set('', parsed.positionOf(parsed.root));
    const json = walk.message(parsed.root, schema(name), '');
    const shift = positions.append(own);
    unknownFields.push(...walk.unknown.map(shift));
    problems.push(...walk.problems.map((problem) => ({ ...problem, path: shift(problem.path) })));
    if (json === undefined) continue;
    try {
      parts.push(decodeJson(schema(name), json));
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      problems.push(...error.problems.map((p) => positions.locate(p)));
    }
  }
  if (parts.length < given.length) return { problems, texts, rest: null };
  const message = merge(name, parts);
  // What is missing because something wrong stands in its place was reported already.
  const violated = checkConstraints(message);
  const broken = violated.filter(({ path }) => !problems.some((problem) => isBelow(problem.path, path)));
  problems.push(...broken.map((p) => positions.locate(p)));
  if (problems.length > 0)
    return { problems, texts, rest: { message, positions, unknownFields, violations: violated.map(({ path }) => path) } };
  return { message, positions, unknownFields, texts };
}

const EMPTY = 'a bootstrap has at least static_resources; write {} for one that does nothing';

function isEmpty(root: Node | null): root is null {
  return root === null || (isScalar(root) && root.value === null);
}

/** Whether a path is the other one, or leads through it. */
export function isBelow(path: string, other: string): boolean {
  return path === other || other === '' || (path.startsWith(other) && /^[.[]/.test(path.slice(other.length)));
}

/** The static bootstrap. */
export function loadBootstrap(texts: readonly ConfigText[], options: LoadOptions = {}): LoadResult<'envoy.config.bootstrap.v3.Bootstrap'> {
  return loadMessage('envoy.config.bootstrap.v3.Bootstrap', texts, options);
}

/** Concatenated wire forms decode to the merge of the messages (protobuf encoding guide, "Last One Wins"). */
function merge<N extends MessageName>(name: N, parts: readonly AnyMessage[]): Message<N> {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only as Message<N>;
  return fromBinary(name, Buffer.concat(parts.map((part) => toBinary(part))));
}
