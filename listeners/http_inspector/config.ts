import { type Message, refuseOthers } from '../../src/api/index.ts';
import type { ListenerContext } from '../../src/upstream/factory-context.ts';
import { HttpInspectorFactory } from './filter.ts';
import { HTTP_INSPECTOR_STATS } from './stats.ts';

const NOTHING: ReadonlySet<string> = new Set();

/** The message has no fields. Null after a problem. */
export function compileHttpInspector(
  message: Message<'envoy.extensions.filters.listener.http_inspector.v3.HttpInspector'>,
  context: ListenerContext,
): HttpInspectorFactory | null {
  if (!refuseOthers(message, NOTHING, context.problems)) return null;
  return new HttpInspectorFactory(context.stats.group('http_inspector.', HTTP_INSPECTOR_STATS));
}
