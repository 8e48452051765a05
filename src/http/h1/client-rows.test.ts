import t from 'tap';
import { H1_RESPONSE_ROWS, type H1ResponseRow } from '../../../test/conformance/h1-response-rows.ts';
import { FakeConnection } from '../../../test/support/connection.ts';
import { fieldLines, RecordedResponse, requestHeaders } from '../../../test/support/http-messages.ts';
import { H1ClientConnection } from './client.ts';
import { CLIENT_DEFAULTS } from './settings.ts';

/** Asks for what the row says and sends it in pieces that begin at `cuts`. */
function play(row: H1ResponseRow, cuts: readonly number[]) {
  const connection = new FakeConnection();
  const freed: boolean[] = [];
  let goAway = 0;
  const codec = new H1ClientConnection(
    connection,
    { onStreamFree: (_codec, broken) => freed.push(broken), onGoAway: () => goAway++ },
    { ...CLIENT_DEFAULTS, ...row.settings },
  );
  connection.setCallbacks({
    onConnected() {},
    onData: (buffer, start, end) => codec.onData(buffer, start, end),
    onEnd: () => codec.onEnd(),
    onClose: () => codec.onClose(),
    onAboveHighWatermark: () => codec.onAboveHighWatermark(),
    onBelowLowWatermark: () => codec.onBelowLowWatermark(),
  });
  const response = new RecordedResponse();
  const encoder = codec.newStream(response);
  encoder.setCallbacks(response);
  const headers = requestHeaders(row.method ?? 'GET', row.method === 'CONNECT' ? 'a:80' : 'a', row.method === 'CONNECT' ? '' : '/');
  headers.protocol = row.upgrade ?? '';
  encoder.encodeHeaders(headers, row.method !== 'CONNECT' && row.upgrade === undefined);
  connection.dispatcher.settle();
  let from = 0;
  for (const cut of [...cuts, row.bytes.length]) {
    if (from < cut) connection.push(row.bytes.slice(from, cut));
    connection.dispatcher.settle();
    from = cut;
  }
  // Surplus bytes that come later find the connection idle, and end it then.
  if (row.fin) connection.pushEnd();
  connection.dispatcher.settle();
  return { connection, codec, response, freed, goAway };
}

function differences(row: H1ResponseRow, cuts: readonly number[]): string {
  const { connection, codec, response, freed, goAway } = play(row, cuts);
  const { expect } = row;
  const wrong: string[] = [];
  const tunnel = codec.activeStreams === 1;
  const status = response.headers?.status ?? response.fault?.http;
  if (status !== expect.status) wrong.push(`status ${status}`);
  if (response.fault?.code !== expect.fault) wrong.push(`fault ${response.fault?.code}`);
  if (!tunnel && response.complete === (expect.fault !== undefined)) wrong.push(`complete ${response.complete}`);
  if ((codec.available === 1) !== expect.reusable) wrong.push(`available ${codec.available}`);
  if (!tunnel && connection.open !== expect.reusable) wrong.push(`open ${connection.open}`);
  if (!tunnel && freed.length !== 1) wrong.push(`freed ${freed.length} times`);
  if (!tunnel && goAway !== (expect.reusable ? 0 : 1)) wrong.push(`${goAway} goodbyes`);
  if (connection.readDisabled !== 0) wrong.push('reading stays disabled');
  const seen = {
    informational: response.informational.map((headers) => headers.status),
    fields: response.fields,
    body: response.body,
    trailers: response.trailers === null ? [] : fieldLines(response.trailers),
  };
  for (const key of ['informational', 'fields', 'body', 'trailers'] as const) {
    if (expect[key] !== undefined && JSON.stringify(seen[key]) !== JSON.stringify(expect[key]))
      wrong.push(`${key} ${JSON.stringify(seen[key])}`);
  }
  return wrong.join('; ');
}

for (const row of H1_RESPONSE_ROWS) {
  t.test(`row ${row.row}: ${row.name}`, (t) => {
    const { length } = row.bytes;
    t.equal(differences(row, []), '', 'in one piece');
    if (length < 4000)
      t.equal(
        differences(
          row,
          Array.from({ length: Math.max(0, length - 1) }, (_, i) => i + 1),
        ),
        '',
        'byte by byte',
      );
    const step = Math.max(1, Math.floor(length / 200));
    const split: string[] = [];
    for (let at = 1; at < length; at += at < 100 || at > length - 100 ? 1 : step) {
      const wrong = differences(row, [at]);
      if (wrong !== '') split.push(`at ${at}: ${wrong}`);
    }
    t.same(split, [], 'split at every position');
    t.end();
  });
}
