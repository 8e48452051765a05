import t from 'tap';
import { fieldsOf, ManagerFixture, requestHead } from '../../../test/support/http-manager.ts';
import { Problems } from '../../base/errors.ts';
import type { LogEntry } from '../../telemetry/access-log.ts';
import { compileFormat } from '../../telemetry/format/compile.ts';
import { FAULTS } from '../faults.ts';
import { constantField } from '../field-pool.ts';
import { CONTENT_TYPE, pinName } from '../header-name.ts';
import { MutationLevel } from '../routing/mutations.ts';
import { formatNames } from '../substitution-format.ts';
import { type ReplyFormat, type ReplyMapper, ReplyRewriter } from './reply-rewriter.ts';

function format(text: string, contentType = 'text/plain', json = false): ReplyFormat {
  const formatter = compileFormat(text, new Problems(), formatNames(), false);
  if (formatter === null) throw new Error(`${text} is no format`);
  return { formatter, contentType: constantField(CONTENT_TYPE, contentType), json };
}

function mapper(path: string, parts: Partial<ReplyMapper>): ReplyMapper {
  const filter = { matches: (entry: LogEntry) => entry.requestHeaders?.get(pinName(':path')) === path };
  return { filter, status: 0, body: null, headers: null, format: null, ...parts };
}

function adding(name: string, value: string): MutationLevel {
  return new MutationLevel(
    [],
    [{ name: pinName(name), field: constantField(pinName(name), value), format: null, keepEmpty: false, action: 0 }],
  );
}

function answer(replies: ReplyRewriter, path: string, fields: Readonly<Record<string, string>> = {}, method = 'GET') {
  const fixture = new ManagerFixture({ settings: { replies } });
  const exchange = fixture.request(requestHead(path, fields, method));
  fixture.last.stream?.sendLocalReply(418, 'käse', FAULTS.NO_HEALTHY_UPSTREAM);
  const { date: _date, server: _server, ...head } = fieldsOf(exchange.head);
  const body = Buffer.from(exchange.body, 'latin1').toString('utf8');
  return { status: exchange.head?.status, head, body, logged: fixture.logged[0]?.info.responseCode };
}

t.test('the first mapper that matches changes status, head and body', (t) => {
  const replies = new ReplyRewriter(
    [
      mapper('/a', { status: 503, body: 'tea', headers: adding('x-m', '1') }),
      mapper('/a', { status: 500 }),
      mapper('/b', { headers: adding('content-type', 'a/b') }),
      mapper('/empty', { body: '', headers: adding('content-type', 'a/b') }),
      mapper('/204', { status: 204 }),
    ],
    null,
  );
  const text = { 'content-type': 'text/plain' };
  t.same(answer(replies, '/a'), { status: 503, head: { ...text, 'content-length': '3', 'x-m': '1' }, body: 'tea', logged: 503 });
  t.same(answer(replies, '/b'), { status: 418, head: { 'content-type': 'a/b', 'content-length': '5' }, body: 'käse', logged: 418 });
  t.same(answer(replies, '/c'), { status: 418, head: { ...text, 'content-length': '5' }, body: 'käse', logged: 418 });
  t.same(answer(replies, '/empty'), { status: 418, head: {}, body: '', logged: 418 });
  t.same(answer(replies, '/204'), { status: 204, head: {}, body: '', logged: 204 });
  t.end();
});

t.test('a format makes the body; that of the mapper goes before the common one', (t) => {
  const replies = new ReplyRewriter(
    [mapper('/a', { status: 503, body: 'tea', format: format('<%LOCAL_REPLY_BODY% %RESP(:status)% %RESPONSE_FLAGS%>', 'text/html') })],
    format('[%RESPONSE_CODE% %LOCAL_REPLY_BODY%]', 'q/r'),
  );
  t.match(answer(replies, '/a'), { status: 503, head: { 'content-type': 'text/html', 'content-length': '12' }, body: '<tea 503 UH>' });
  t.match(answer(replies, '/ü'), { status: 418, head: { 'content-type': 'q/r', 'content-length': '11' }, body: '[418 käse]' });
  t.match(answer(replies, '/x', {}, 'HEAD'), { status: 418, head: { 'content-type': 'q/r', 'content-length': '11' }, body: '' });
  t.end();
});

t.test('a gRPC client reads the new body as its message, and the status that the new one stands for', (t) => {
  const line = format('%LOCAL_REPLY_BODY%!\n', 'application/json', true);
  const replies = new ReplyRewriter([mapper('/a', { status: 404, headers: adding('x-m', '1') })], line);
  t.same(answer(replies, '/a', { 'content-type': 'application/grpc' }, 'POST'), {
    status: 200,
    head: { 'content-type': 'application/grpc', 'grpc-status': '12', 'grpc-message': 'k%C3%A4se!', 'x-m': '1' },
    body: '',
    logged: 200,
  });
  const text = new ReplyRewriter([], format('a\n'));
  t.match(answer(text, '/', { 'content-type': 'application/grpc' }, 'POST'), { head: { 'grpc-message': 'a%0A' } });
  t.end();
});

t.test('what comes from upstream is not rewritten', (t) => {
  const fixture = new ManagerFixture({ settings: { replies: new ReplyRewriter([mapper('/', { status: 500 })], format('x')) } });
  const exchange = fixture.request();
  fixture.last.respond(200, 'theirs');
  t.match(exchange, { body: 'theirs', head: { status: 200 } });
  t.end();
});
