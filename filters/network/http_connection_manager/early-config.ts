/** `early_header_mutation_extensions` → what is changed of a request before anybody looks at it, in order. */
import { isMessage, type Message, refuseOthers } from '../../../src/api/index.ts';
import type { Problems } from '../../../src/base/errors.ts';
import type { HeaderMutations } from '../../../src/http/route.ts';
import { compileHeaderMutations } from '../../../src/http/routing/header-mutation.ts';
import { formatNames } from '../../../src/http/substitution-format.ts';
import { openAt } from '../../../src/upstream/open-any.ts';

type Extension = Message<'envoy.config.core.v3.TypedExtensionConfig'>;

const TYPE = 'envoy.extensions.http.early_header_mutation.header_mutation.v3.HeaderMutation';
const FIELDS = new Set(['mutations']);

/** `environment`: what formats may mention. */
export function compileEarlyMutations(
  extensions: readonly Extension[],
  environment: Readonly<Record<string, string | undefined>>,
  problems: Problems,
): readonly HeaderMutations[] {
  const all: HeaderMutations[] = [];
  if (extensions.length === 0) return all;
  const names = formatNames(environment);
  extensions.forEach((extension, i) => {
    const at = problems.at(i).at('typed_config');
    if (extension.typedConfig === undefined) {
      at.add('missing', 'typed_config is required');
      return;
    }
    const opened = openAt(extension.typedConfig, at);
    if (opened === null) return;
    if (opened.kind !== 'message' || !isMessage(opened.message, TYPE)) {
      at.add('unknown_type', `no early header mutation is registered for ${opened.typeName || 'an empty type URL'}`);
      return;
    }
    refuseOthers(opened.message, FIELDS, at);
    const mutations = compileHeaderMutations(opened.message.mutations, names, at.at('mutations'));
    if (mutations !== null) all.push(mutations);
  });
  return all;
}
