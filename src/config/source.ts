/**
 * Configuration text with positions: YAML (JSON is YAML 1.2) parsed to nodes that know where they stand. Limits are charged
 * before anything is expanded: size, depth and alias expansion.
 */
import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  visit,
  type YAMLMap,
  type YAMLParseError,
} from 'yaml';
import type { Position, Problem } from '../base/errors.ts';

/** A file larger than this is refused: the largest meshes send less. */
const MAX_BYTES = 64 * 1024 * 1024;

export interface ConfigText {
  /** As the user named it: the first part of `file:line:column`. */
  readonly file: string;
  readonly text: string;
}

export class ParsedText {
  readonly file: string;
  readonly lines: readonly string[];
  readonly root: Node | null;
  /** Resolved once: the library searches the whole document for each alias. */
  readonly #targets = new Map<unknown, Node>();
  readonly #counter: LineCounter;

  constructor(file: string, text: string, document: Document, counter: LineCounter) {
    this.file = file;
    this.lines = text.split('\n');
    this.#counter = counter;
    this.root = document.contents as Node | null;
    const anchors = new Map<string, Node>();
    visit(document, {
      Node: (_, node) => {
        if (isAlias(node)) {
          const target = anchors.get(node.source);
          if (target !== undefined) this.#targets.set(node, target);
        } else if (node.anchor !== undefined) anchors.set(node.anchor, node);
      },
    });
  }

  positionOf(node: unknown): Position {
    const offset = isNode(node) ? (node.range?.[0] ?? 0) : 0;
    const { line, col } = this.#counter.linePos(offset);
    return { file: this.file, line: Math.max(line, 1), column: Math.max(col, 1) };
  }

  /** The node an alias stands for; other nodes are themselves. Undefined for an alias without anchor. */
  resolve(node: unknown): unknown {
    return isAlias(node) ? this.#targets.get(node) : node;
  }

  /** Entries of a mapping with merge keys (`<<: *base`) expanded: what stands in the mapping itself wins. */
  entriesOf(map: YAMLMap): readonly Pair[] {
    const merges = map.items.filter((pair) => isScalar(pair.key) && pair.key.value === '<<' && pair.key.type === 'PLAIN');
    if (merges.length === 0) return map.items;
    const entries = map.items.filter((pair) => !merges.includes(pair));
    const seen = new Set(entries.map((pair) => String(pair.key)));
    for (const merge of merges) {
      const value = this.resolve(merge.value);
      for (const item of isSeq(value) ? value.items : [value]) {
        const base = this.resolve(item);
        if (!isMap(base)) continue;
        for (const pair of this.entriesOf(base)) {
          if (seen.has(String(pair.key))) continue;
          seen.add(String(pair.key));
          entries.push(pair);
        }
      }
    }
    return entries;
  }
}

export type Parsed = { readonly parsed: ParsedText } | { readonly problems: readonly Problem[]; readonly lines: SourceLines };

/** A text that may be shown, parsed or not. */
export interface SourceLines {
  readonly file: string;
  readonly lines: readonly string[];
}

/** Every syntax error of the text, or its nodes. An empty text parses to a null root. Keys may stand twice: whoever reads them says so. */
export function parseText({ file, text: given }: ConfigText): Parsed {
  const text = given.startsWith('\ufeff') ? given.slice(1) : given;
  if (text.length > MAX_BYTES) {
    return {
      problems: [{ code: 'syntax', path: '', message: `${file} is larger than ${MAX_BYTES} bytes` }],
      lines: { file, lines: [] },
    };
  }
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, intAsBigInt: true, prettyErrors: false, uniqueKeys: false });
  if (document.errors.length > 0) {
    return {
      problems: document.errors.map((error): Problem => {
        const { line, col } = counter.linePos(error.pos[0]);
        return { code: 'syntax', path: '', ...explain(error), position: { file, line, column: col } };
      }),
      lines: { file, lines: text.split('\n') },
    };
  }
  return { parsed: new ParsedText(file, text, document, counter) };
}

/** In our words where those of the library say nothing to the author of a file. */
function explain({ code, message }: YAMLParseError): { readonly message: string; readonly hint?: string } {
  switch (code) {
    case 'MULTIPLE_DOCS':
      return { message: 'a second document begins here', hint: 'a file holds one; Envoy reads the first and ignores the rest' };
    case 'TAB_AS_INDENT':
      return { message: 'tabs are not allowed as indentation', hint: 'indent with spaces' };
    default: {
      const [first = 'cannot be parsed'] = message.split('\n');
      return { message: first.charAt(0).toLowerCase() + first.slice(1) };
    }
  }
}
