/**
 * A radix tree of texts with numbers filed under them, laid out flat: a walk over a path touches a few cache lines, also when a thousand
 * virtual hosts have a tree each.
 */

/** Where the parts of a node stand in `nodes`, from the node's own index; then come its children, two entries each. */
const LABEL_START = 0;
const LABEL_END = 1;
const LIST = 2;
const CHILDREN = 3;
const FIRST_CHILD = 4;

export class PrefixTree {
  /** Nodes of the longest way down, the root included. */
  readonly depth: number;
  private readonly nodes: Int32Array;
  /** What stands between a node and its parent, all in one text. */
  private readonly labels: string;
  private readonly lists: readonly (readonly number[])[];

  constructor(depth: number, nodes: Int32Array, labels: string, lists: readonly (readonly number[])[]) {
    this.depth = depth;
    this.nodes = nodes;
    this.labels = labels;
    this.lists = lists;
  }

  /** Puts the lists of all texts that `path` begins with into `found`, shortest text first; how many. Text behind `end` may count. */
  collect(path: string, end: number, found: (readonly number[])[]): number {
    const nodes = this.nodes;
    const labels = this.labels;
    let count = 0;
    let node = 0;
    let at = 0;
    for (;;) {
      const list = nodes[node + LIST] as number;
      if (list >= 0) found[count++] = this.lists[list] as readonly number[];
      if (at >= end) return count;
      const code = path.charCodeAt(at);
      let child = node + FIRST_CHILD;
      const last = child + 2 * (nodes[node + CHILDREN] as number);
      while (child < last && nodes[child] !== code) child += 2;
      if (child >= last) return count;
      node = nodes[child + 1] as number;
      let label = (nodes[node + LABEL_START] as number) + 1;
      const labelEnd = nodes[node + LABEL_END] as number;
      at++;
      // Behind the end of the path there is NaN, which equals nothing.
      while (label < labelEnd && labels.charCodeAt(label) === path.charCodeAt(at)) {
        label++;
        at++;
      }
      if (label < labelEnd) return count;
    }
  }
}

class Branch {
  /** Text between the parent and this. */
  text: string;
  /** Ascending; null for none. */
  numbers: number[] | null;
  /** By first character. */
  readonly children: Map<number, Branch>;

  constructor(text: string) {
    this.text = text;
    this.numbers = null;
    this.children = new Map();
  }
}

/** While a configuration is compiled. */
export class PrefixTreeBuilder {
  private readonly root: Branch;

  constructor() {
    this.root = new Branch('');
  }

  /** Numbers come in ascending order. */
  add(text: string, number: number): void {
    const branch = branchFor(this.root, text);
    if (branch.numbers === null) branch.numbers = [number];
    else branch.numbers.push(number);
  }

  build(): PrefixTree {
    const layout = new Layout();
    layout.lay(this.root, 1);
    // One flat string, not a rope: the walk reads single characters.
    const labels = Buffer.from(layout.labels, 'latin1').toString('latin1');
    return new PrefixTree(layout.depth, Int32Array.from(layout.nodes), labels, layout.lists);
  }
}

class Layout {
  readonly nodes: number[] = [];
  readonly lists: (readonly number[])[] = [];
  labels = '';
  depth = 0;

  /** A branch and all below it, depth first; its index. */
  lay(branch: Branch, level: number): number {
    const { nodes, lists } = this;
    const at = nodes.length;
    const start = this.labels.length;
    this.depth = Math.max(this.depth, level);
    this.labels += branch.text;
    nodes.push(start, this.labels.length, branch.numbers === null ? -1 : lists.length, branch.children.size);
    if (branch.numbers !== null) lists.push(branch.numbers);
    for (const code of branch.children.keys()) nodes.push(code, 0);
    let child = at + FIRST_CHILD;
    for (const below of branch.children.values()) {
      nodes[child + 1] = this.lay(below, level + 1);
      child += 2;
    }
    return at;
  }
}

/** The branch whose way from the root spells `text`; made when there is none. */
function branchFor(root: Branch, text: string): Branch {
  let branch = root;
  let at = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    const child = branch.children.get(code);
    if (child === undefined) {
      const made = new Branch(text.slice(at));
      branch.children.set(code, made);
      return made;
    }
    let shared = 1;
    while (shared < child.text.length && child.text.charCodeAt(shared) === text.charCodeAt(at + shared)) shared++;
    if (shared < child.text.length) {
      const middle = new Branch(child.text.slice(0, shared));
      child.text = child.text.slice(shared);
      middle.children.set(child.text.charCodeAt(0), child);
      branch.children.set(code, middle);
      branch = middle;
    } else branch = child;
    at += shared;
  }
  return branch;
}
