import { type Message, refuseOthers } from '../../src/api/index.ts';
import type { ListenerFilterFactory } from '../../src/net/listener-filter.ts';
import { originalDestinationsOf } from '../../src/net/original-destination.ts';
import type { ListenerContext } from '../../src/upstream/factory-context.ts';
import { OriginalDstFactory } from './filter.ts';

const NOTHING: ReadonlySet<string> = new Set();

/** Null on a platform where nobody can be asked: a proxy that takes redirected connections for its own would loop. */
export function compileOriginalDst(
  message: Message<'envoy.extensions.filters.listener.original_dst.v3.OriginalDst'>,
  context: ListenerContext,
): ListenerFilterFactory | null {
  if (!refuseOthers(message, NOTHING, context.problems)) return null;
  const destinations = originalDestinationsOf(context.dispatcher);
  if (typeof destinations !== 'string') return new OriginalDstFactory(destinations);
  context.problems.add('unsupported', destinations);
  return null;
}
