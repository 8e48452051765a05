import t from 'tap';
import { encodeGrpcMessage, grpcStatusOf, isGrpc } from './grpc.ts';
import { CONTENT_TYPE } from './header-name.ts';
import { Headers } from './headers.ts';

t.test('a gRPC request is known by its content type', (t) => {
  const of = (type: string) => {
    const headers = new Headers();
    headers.add(CONTENT_TYPE, type);
    return isGrpc(headers);
  };
  t.ok(of('application/grpc'));
  t.ok(of('application/grpc+proto'));
  t.notOk(of('application/grpc-web'));
  t.notOk(of('application/grpc;x'));
  t.notOk(of('application/json'));
  t.notOk(isGrpc(new Headers()));
  t.end();
});

t.test('HTTP statuses map to gRPC ones as Envoy maps them', (t) => {
  const pairs = [400, 401, 403, 404, 408, 429, 500, 502, 503, 504, 200].map((http) => grpcStatusOf(http));
  t.same(pairs, [13, 16, 7, 12, 2, 14, 2, 14, 14, 14, 2]);
  t.end();
});

t.test('messages are percent-encoded', (t) => {
  t.equal(encodeGrpcMessage('plain text'), 'plain text');
  t.equal(encodeGrpcMessage('a\nb%'), 'a%0Ab%25');
  t.equal(encodeGrpcMessage('é'), '%C3%A9');
  t.end();
});
