/** envoy.config.core.v3.RuntimeFractionalPercent, compiled. */
import type { Message } from '../../api/index.ts';
import { NO_RUNTIME_VALUES, RuntimeFraction, type RuntimeValues } from '../../base/runtime-values.ts';

/** Denominators by number of the enum: HUNDRED, TEN_THOUSAND, MILLION. */
const DENOMINATORS = [100, 10_000, 1_000_000];

/** Null without a fraction: every request is meant. */
export function compileFraction(
  message: Message<'envoy.config.core.v3.RuntimeFractionalPercent'> | undefined,
  values: RuntimeValues = NO_RUNTIME_VALUES,
): RuntimeFraction | null {
  if (message === undefined) return null;
  const { defaultValue, runtimeKey } = message;
  return new RuntimeFraction(values, runtimeKey, defaultValue?.numerator ?? 0, DENOMINATORS[defaultValue?.denominator ?? 0] ?? 100);
}
