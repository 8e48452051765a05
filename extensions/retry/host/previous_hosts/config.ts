import type { Message } from '../../../../src/api/index.ts';
import type { FactoryContext } from '../../../../src/upstream/factory-context.ts';
import type { RetryHostPredicate } from '../../../../src/upstream/retry/host-predicate.ts';

const PREVIOUS_HOSTS: RetryHostPredicate = { rejects: (host, tried) => tried.includes(host) };

/** The message is empty, and the predicate is the same for all. */
export function compile(
  _message: Message<'envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate'>,
  _context: FactoryContext,
): RetryHostPredicate {
  return PREVIOUS_HOSTS;
}
