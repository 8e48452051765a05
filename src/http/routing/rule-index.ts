/**
 * The rules of a virtual host, found without trying each: a radix tree of the texts that a path must begin with. It answers *the
 * candidates in the order of the configuration*, and every candidate tests the whole request, so that the first match is the one that
 * a walk through the list would find. Rules without such a text (CONNECT, a regular expression that may begin with anything) are
 * candidates of every request.
 */
import type { StreamInfo } from '../../telemetry/stream-info.ts';
import type { Headers } from '../headers.ts';
import type { CompiledRoute, RouteRule } from './compiled-route.ts';
import { type PrefixTree, PrefixTreeBuilder } from './prefix-tree.ts';

/** Up to so many rules a walk through the list is as fast. */
export const INDEXED_FROM = 4;

/** Finds the first rule that takes a request. */
export interface RuleList {
  find(headers: Headers, info: StreamInfo, path: string, end: number, random: number): CompiledRoute | null;
}

class ShortList implements RuleList {
  private readonly rules: readonly RouteRule[];

  constructor(rules: readonly RouteRule[]) {
    this.rules = rules;
  }

  find(headers: Headers, info: StreamInfo, path: string, end: number, random: number): CompiledRoute | null {
    const rules = this.rules;
    for (let i = 0; i < rules.length; i++) {
      const route = (rules[i] as RouteRule).pick(headers, info, path, end, random);
      if (route !== null) return route;
    }
    return null;
  }
}

class RuleIndex implements RuleList {
  private readonly rules: readonly RouteRule[];
  private readonly tree: PrefixTree;
  /** Whole paths. */
  private readonly exact: Map<string, number[]>;
  /** Some rule does not care for case: all texts are in lower case. */
  private readonly fold: boolean;
  /** Of the request at hand: lists of rule numbers, and the place in each. */
  private readonly lists: (readonly number[])[];
  private readonly places: Int32Array;

  constructor(rules: readonly RouteRule[]) {
    this.rules = rules;
    this.exact = new Map();
    this.fold = rules.some((rule) => rule.path.anyCase);
    const builder = new PrefixTreeBuilder();
    for (let i = 0; i < rules.length; i++) this.file((rules[i] as RouteRule).path, i, builder);
    this.tree = builder.build();
    // One per node on the way, and the whole path.
    const most = this.tree.depth + 1;
    this.lists = new Array<readonly number[]>(most).fill([]);
    this.places = new Int32Array(most);
  }

  private file({ beginning, whole }: RouteRule['path'], i: number, builder: PrefixTreeBuilder): void {
    const text = this.fold ? beginning.toLowerCase() : beginning;
    if (!whole) {
      builder.add(text, i);
      return;
    }
    const known = this.exact.get(text);
    if (known === undefined) this.exact.set(text, [i]);
    else known.push(i);
  }

  find(headers: Headers, info: StreamInfo, path: string, end: number, random: number): CompiledRoute | null {
    const count = this.collect(this.fold ? path.toLowerCase() : path, end);
    const rules = this.rules;
    const lists = this.lists;
    const places = this.places;
    if (count === 1) {
      const only = lists[0] as readonly number[];
      for (let i = 0; i < only.length; i++) {
        const route = (rules[only[i] as number] as RouteRule).pick(headers, info, path, end, random);
        if (route !== null) return route;
      }
      return null;
    }
    for (;;) {
      let first = -1;
      let lowest = rules.length;
      for (let i = 0; i < count; i++) {
        const list = lists[i] as readonly number[];
        const place = places[i] as number;
        if (place < list.length && (list[place] as number) < lowest) {
          lowest = list[place] as number;
          first = i;
        }
      }
      if (first < 0) return null;
      places[first] = (places[first] as number) + 1;
      const route = (rules[lowest] as RouteRule).pick(headers, info, path, end, random);
      if (route !== null) return route;
    }
  }

  /** Fills `lists` with what can match the path; their number. */
  private collect(path: string, end: number): number {
    const lists = this.lists;
    const places = this.places;
    let count = this.tree.collect(path, end, lists);
    for (let i = 0; i < count; i++) places[i] = 0;
    if (this.exact.size > 0) {
      const whole = this.exact.get(end === path.length ? path : path.slice(0, end));
      if (whole !== undefined) {
        lists[count] = whole;
        places[count++] = 0;
      }
    }
    return count;
  }
}

export function ruleList(rules: readonly RouteRule[]): RuleList {
  return rules.length <= INDEXED_FROM ? new ShortList(rules) : new RuleIndex(rules);
}
