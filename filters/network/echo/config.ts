import type { NetworkFilterFactory } from '../../../src/net/filter.ts';
import { EchoFactory } from './filter.ts';

/** Echo has no fields. */
export function compileEcho(): NetworkFilterFactory {
  return new EchoFactory();
}
