/** envoy.config.common.mutation_rules.v3.HeaderMutation, a list of them: one after the other, each seeing what those before it did. */
import type { Message } from '../../api/index.ts';
import type { Problems } from '../../base/errors.ts';
import type { FormatNames } from '../../telemetry/format/kind.ts';
import type { StreamInfo } from '../../telemetry/stream-info.ts';
import { pinName } from '../header-name.ts';
import type { Headers } from '../headers.ts';
import type { HeaderMutations } from '../route.ts';
import { compileAddition, joinLevels, MutationLevel, modifiable } from './mutations.ts';
import { compileStringMatcher, type StringTest } from './string-match.ts';

class RemovalByName implements HeaderMutations {
  private readonly name: StringTest;

  constructor(name: StringTest) {
    this.name = name;
  }

  apply(headers: Headers): void {
    for (let i = headers.count - 1; i >= 0; i--) if (this.name.test(headers.field(i).name.text)) headers.removeAt(i);
  }
}

class Sequence implements HeaderMutations {
  private readonly steps: readonly HeaderMutations[];

  constructor(steps: readonly HeaderMutations[]) {
    this.steps = steps;
  }

  apply(headers: Headers, info: StreamInfo, request: Headers | null = null): void {
    for (let i = 0; i < this.steps.length; i++) (this.steps[i] as HeaderMutations).apply(headers, info, request);
  }
}

type Mutation = Message<'envoy.config.common.mutation_rules.v3.HeaderMutation'>;

/** Null when there is none, or something was refused. */
export function compileHeaderMutations(messages: readonly Mutation[], names: FormatNames, problems: Problems): HeaderMutations | null {
  const steps: HeaderMutations[] = [];
  messages.forEach((message, i) => {
    const step = compileStep(message, names, problems.at(i));
    if (step !== null) steps.push(step);
  });
  return steps.length === 0 ? null : new Sequence(steps);
}

function compileStep({ action }: Mutation, names: FormatNames, problems: Problems): HeaderMutations | null {
  switch (action.case) {
    case 'remove':
      return modifiable(action.value, problems.at('remove')) ? joinLevels([new MutationLevel([pinName(action.value)], [])]) : null;
    case 'append': {
      const addition = compileAddition(action.value, names, problems.at('append'));
      return addition === null ? null : joinLevels([new MutationLevel([], [addition])]);
    }
    case 'removeOnMatch': {
      const at = problems.at('remove_on_match').at('key_matcher');
      if (action.value.keyMatcher === undefined) at.add('missing', 'key_matcher is required');
      const name = action.value.keyMatcher === undefined ? null : compileStringMatcher(action.value.keyMatcher, at);
      return name === null ? null : new RemovalByName(name);
    }
    default:
      problems.add('missing', 'one of remove, append, remove_on_match is required');
      return null;
  }
}
