/** `append_local_overload`: answers to requests that are shed say who shed them. */
import { constantField } from '../field-pool.ts';
import { pinName } from '../header-name.ts';
import type { Headers } from '../headers.ts';
import type { HeaderMutations } from '../route.ts';

const OVERLOADED = constantField(pinName('x-envoy-local-overloaded'), 'true');

class OverloadedHead implements HeaderMutations {
  apply(headers: Headers): void {
    headers.setField(OVERLOADED);
  }
}

export const OVERLOADED_HEAD: HeaderMutations = new OverloadedHead();
