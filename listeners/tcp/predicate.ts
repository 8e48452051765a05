/** ListenerFilterChainMatchPredicate: whether a listener filter is left out for a connection (`filter_disabled`). */
import { type Message, refuseOthers } from '../../src/api/index.ts';
import type { Problems } from '../../src/base/errors.ts';
import type { AcceptedConnection } from '../../src/net/listener-filter.ts';

type Predicate = Message<'envoy.config.listener.v3.ListenerFilterChainMatchPredicate'>;

export interface ListenerPredicate {
  matches(accepted: AcceptedConnection): boolean;
}

const RULES = new Set(['or_match', 'and_match', 'not_match', 'any_match', 'destination_port_range']);
/** Envoy's message has the rules nested; nobody needs more than a handful of levels. */
const MAX_DEPTH = 32;

/** Null after a problem. */
export function compilePredicate(message: Predicate, problems: Problems, depth = 0): ListenerPredicate | null {
  if (!refuseOthers(message, RULES, problems)) return null;
  if (depth > MAX_DEPTH) {
    problems.add('bad_value', 'the rules are nested too deeply');
    return null;
  }
  const { rule } = message;
  switch (rule.case) {
    case 'anyMatch':
      return ANY;
    case 'destinationPortRange':
      return new PortRange(rule.value.start, rule.value.end);
    case 'notMatch': {
      const inner = compilePredicate(rule.value, problems.at('not_match'), depth + 1);
      return inner === null ? null : new Not(inner);
    }
    case 'orMatch':
    case 'andMatch': {
      const at = problems.at(rule.case === 'orMatch' ? 'or_match' : 'and_match').at('rules');
      const rules = rule.value.rules.map((each, i) => compilePredicate(each, at.at(i), depth + 1));
      if (rules.includes(null)) return null;
      return new Several(rules as ListenerPredicate[], rule.case === 'orMatch');
    }
    default:
      problems.add('missing', 'a rule is required');
      return null;
  }
}

const ANY: ListenerPredicate = { matches: () => true };

/** [start, end) of the restored destination's port, as in every Int32Range. */
class PortRange implements ListenerPredicate {
  private readonly start: number;
  private readonly end: number;

  constructor(start: number, end: number) {
    this.start = start;
    this.end = end;
  }

  matches({ localAddress }: AcceptedConnection): boolean {
    return localAddress.kind === 'ip' && localAddress.port >= this.start && localAddress.port < this.end;
  }
}

class Not implements ListenerPredicate {
  private readonly inner: ListenerPredicate;

  constructor(inner: ListenerPredicate) {
    this.inner = inner;
  }

  matches(accepted: AcceptedConnection): boolean {
    return !this.inner.matches(accepted);
  }
}

/** `or` of them, or `and`. */
class Several implements ListenerPredicate {
  private readonly rules: readonly ListenerPredicate[];
  private readonly any: boolean;

  constructor(rules: readonly ListenerPredicate[], any: boolean) {
    this.rules = rules;
    this.any = any;
  }

  matches(accepted: AcceptedConnection): boolean {
    for (const rule of this.rules) if (rule.matches(accepted) === this.any) return this.any;
    return !this.any;
  }
}
