import { openAny } from './any.ts';
import { dynamic } from './dynamic.ts';
import { type AnyMessage, isMessage } from './message.ts';
import { eachChild } from './reflect.ts';

/** Where a message that came over the wire holds fields that this API does not know: `validation_context: field 99`. */
export function unknownFieldsOf(message: AnyMessage, path = ''): string[] {
  const own = (dynamic(message).$unknown ?? []).map(({ no }) => `${path === '' ? '' : `${path}: `}field ${no} of ${message.$typeName}`);
  if (isMessage(message, 'google.protobuf.Any')) {
    const opened = message.typeUrl === '' ? null : openAny(message);
    return opened?.kind === 'message' ? [...own, ...unknownFieldsOf(opened.message, path)] : own;
  }
  eachChild(message, (child, step) => own.push(...unknownFieldsOf(child, path === '' ? step : `${path}.${step}`)));
  return own;
}
