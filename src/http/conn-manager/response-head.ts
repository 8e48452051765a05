/** What the connection manager adds to and takes from a response head (Envoy 1.40 `mutateResponseHeaders` and `ActiveStream::encodeHeaders`). */
import type { Dispatcher } from '../../net/dispatcher.ts';
import {
  CONNECTION,
  DATE,
  KEEP_ALIVE,
  PROXY_CONNECTION,
  pinName,
  SERVER,
  TRANSFER_ENCODING,
  UPGRADE,
  X_ENVOY_FORCE_TRACE,
  X_REQUEST_ID,
} from '../header-name.ts';
import { Field, type Headers, renderLine } from '../headers.ts';
import type { ConnectionManagerSettings } from './settings.ts';

const VIA = pinName('via');
const HOP = CONNECTION.bit | KEEP_ALIVE.bit | PROXY_CONNECTION.bit | TRANSFER_ENCODING.bit | UPGRADE.bit;

/** The `date` field of this second, shared by every response of a worker. */
export class DateField {
  private text: string;
  private field: Field | null;

  constructor() {
    this.text = '';
    this.field = null;
  }

  of(dispatcher: Dispatcher): Field {
    const text = dispatcher.httpDate();
    if (this.field === null || text !== this.text) {
      this.text = text;
      this.field = new Field(DATE, text, -1, false);
      renderLine(this.field);
    }
    return this.field;
  }
}

export function finishResponseHead(
  headers: Headers,
  dispatcher: Dispatcher,
  settings: ConnectionManagerSettings,
  request: Headers,
  requestId: string,
): void {
  if (!headers.has(DATE)) headers.append(settings.date.of(dispatcher));
  const { server } = settings;
  if (server !== null && !(settings.serverIfAbsent && headers.has(SERVER))) headers.setField(server);
  removeHopFields(headers);
  // Who forces a trace wants to find it.
  if (requestId !== '' && (settings.requestIdInResponse || request.has(X_ENVOY_FORCE_TRACE))) headers.set(X_REQUEST_ID, requestId);
  if (settings.via !== '') {
    const before = headers.get(VIA);
    headers.set(VIA, before === undefined ? settings.via : `${before}, ${settings.via}`);
  }
}

export function removeHopFields(headers: Headers): void {
  if ((headers.mask & HOP) === 0) return;
  headers.remove(CONNECTION);
  headers.remove(KEEP_ALIVE);
  headers.remove(PROXY_CONNECTION);
  headers.remove(TRANSFER_ENCODING);
  headers.remove(UPGRADE);
}
