import t from 'tap';
import { H1_ROWS, type H1Row } from '../../../test/conformance/h1-rows.ts';
import { FakeConnection } from '../../../test/support/connection.ts';
import { answerOk, fieldLines, RecordingServer } from '../../../test/support/http-messages.ts';
import { H1ServerConnection } from './server.ts';
import { type H1ServerSettings, SERVER_DEFAULTS, UNDERSCORES_ALLOW, UNDERSCORES_DROP, UNDERSCORES_REJECT } from './settings.ts';

const UNDERSCORES = { allow: UNDERSCORES_ALLOW, drop: UNDERSCORES_DROP, reject: UNDERSCORES_REJECT };

function settingsOf({ settings }: H1Row): H1ServerSettings {
  return { ...SERVER_DEFAULTS, ...settings, underscores: UNDERSCORES[settings?.underscores ?? 'allow'] };
}

function connect(settings: H1ServerSettings) {
  const connection = new FakeConnection();
  const server = new RecordingServer(answerOk, () => connection.close(0));
  const codec = new H1ServerConnection(connection, server, settings);
  connection.setCallbacks({
    onConnected() {},
    onData: (buffer, start, end) => codec.onData(buffer, start, end),
    onEnd: () => codec.onEnd(),
    onClose: () => codec.onClose(),
    onAboveHighWatermark: () => codec.onAboveHighWatermark(),
    onBelowLowWatermark: () => codec.onBelowLowWatermark(),
  });
  return { connection, server, codec };
}

/** Sends the row in pieces that begin at `cuts`, and tells what happened. */
function play(row: H1Row, settings: H1ServerSettings, cuts: readonly number[]) {
  const { connection, server, codec } = connect(settings);
  let from = 0;
  for (const cut of [...cuts, row.bytes.length]) {
    connection.push(row.bytes.slice(from, cut));
    connection.dispatcher.settle();
    from = cut;
  }
  if (row.fin) connection.pushEnd();
  connection.dispatcher.settle();
  const text = connection.sentText;
  const first = server.complete[0];
  const last = server.requests.at(-1);
  return {
    statuses: [...text.matchAll(/(?:^|(?<=\r\n\r\n(?:ok)?))HTTP\/1\.[01] (\d{3}) /g)].map((match) => Number(match[1])),
    closes: !connection.open,
    details: last?.error?.details,
    upstreamRequests: server.complete.length,
    saysClose: /\r\nconnection: close\r\n/.test(text),
    active: codec.activeStreams,
    readDisabled: connection.readDisabled,
    request: first && {
      method: first.headers?.method,
      authority: first.headers?.authority,
      path: first.headers?.path,
      fields: first.fields,
      body: first.body,
      trailers: first.trailers === null ? [] : fieldLines(first.trailers),
    },
  };
}

/** What differs from the row, '' when nothing does. */
function differences(row: H1Row, seen: ReturnType<typeof play>): string {
  const { expect } = row;
  const wrong: string[] = [];
  const statuses =
    expect.statuses.length === seen.statuses.length &&
    expect.statuses.every((status, i) => [status].flat().includes(seen.statuses[i] as number));
  if (!statuses) wrong.push(`statuses ${seen.statuses}`);
  if (seen.closes !== expect.closes) wrong.push(`closes ${seen.closes}`);
  if (expect.closes && expect.statuses.length > 0 && !seen.saysClose) wrong.push('closes without saying so');
  if (expect.details !== undefined && seen.details !== expect.details) wrong.push(`details ${seen.details}`);
  if (seen.upstreamRequests !== expect.upstreamRequests) wrong.push(`upstream requests ${seen.upstreamRequests}`);
  if (seen.active !== 0) wrong.push('a stream is left');
  if (seen.readDisabled !== 0) wrong.push('reading stays disabled');
  for (const [key, value] of Object.entries(expect.request ?? {})) {
    const got = seen.request?.[key as keyof NonNullable<typeof seen.request>];
    if (JSON.stringify(got) !== JSON.stringify(value)) wrong.push(`${key} ${JSON.stringify(got)}`);
  }
  return wrong.join('; ');
}

/** Every position of short rows; a sample of long ones, and all that are near the ends. */
function positions(length: number): number[] {
  const step = Math.max(1, Math.floor(length / 120));
  const all: number[] = [];
  for (let at = 1; at < length; at += at < 100 || at > length - 100 ? 1 : step) all.push(at);
  return all;
}

for (const row of H1_ROWS) {
  t.test(`row ${row.row}: ${row.name}`, (t) => {
    const settings = settingsOf(row);
    t.equal(differences(row, play(row, settings, [])), '', 'in one piece');
    const bytewise = row.bytes.length < 4000 ? Array.from({ length: row.bytes.length - 1 }, (_, i) => i + 1) : [];
    t.equal(differences(row, play(row, settings, bytewise)), '', 'byte by byte');
    const split = positions(row.bytes.length).flatMap((at) => {
      const wrong = differences(row, play(row, settings, [at]));
      return wrong === '' ? [] : [`at ${at}: ${wrong}`];
    });
    t.same(split, [], 'split at every position');
    t.end();
  });
}
