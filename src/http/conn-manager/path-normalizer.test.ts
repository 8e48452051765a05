import t from 'tap';
import { fieldsOf, ManagerFixture, requestHead } from '../../../test/support/http-manager.ts';
import {
  type EscapedSlashes,
  PATH_ACCEPTED,
  PATH_REDIRECTED,
  PATH_REJECTED,
  PathNormalizer,
  SLASHES_KEEP,
  SLASHES_REDIRECT,
  SLASHES_REJECT,
  SLASHES_UNESCAPE,
} from './path-normalizer.ts';

function normalizer(normalize: boolean, mergeSlashes = false, escapedSlashes: EscapedSlashes = SLASHES_KEEP): PathNormalizer {
  return new PathNormalizer({ normalize, mergeSlashes, escapedSlashes });
}

/** The path that comes out, with the outcome before it when it is not accepted. */
function through(paths: PathNormalizer, path: string): string {
  const headers = requestHead(path);
  const outcome = paths.apply(headers);
  return outcome === PATH_REJECTED ? '400' : outcome === PATH_REDIRECTED ? `307 ${headers.path}` : headers.path;
}

const BASE = normalizer(true);
const MERGE = normalizer(true, true);
const DECODE = normalizer(true, true, SLASHES_UNESCAPE);

/** Path, and what normalising, with merged slashes, with unescaped ones makes of it. `=`: the path itself, '' as the one before. Envoy 1.40. */
const PATHS = String.raw`
/app/../admin                          /admin
/app/%2E./admin                        /admin
/app//                                 =                                   /app/
/app/%2f                               =                                   =           /app/
/app%2f/                               =                                   =           /app/
/app\admin                             /app/admin
/%5Capp%2f%5c%2F%2e%2e%2fadmin%5c\abc  /%5Capp%2f%5c%2F..%2fadmin%5c/abc   /%5Capp%2f%5c%2F..%2fadmin%5c/abc  /app/admin/abc
/xyz%30..//abc                         /xyz0..//abc                        /xyz0../abc
/app//../../admin                      /admin
/app//../admin                         /app/admin
/xyz/.%00../abc                        400
/AAAAA%%0000                           400
/%252e%252e%252fadmin                  =
/%c0%ae%c0%ae/x                        =
/%c1%9c                                =
/0x2e0x2e                              =
/.../admin                             =
/Admin                                 =
/a/..%2fadmin                          =                                   =           /admin
/public/..;/admin                      /admin
/..;x=1/admin                          /admin
/.;/x                                  /x
/a/..%3b/b                             =
/a/..;                                 /
/a/.;x                                 /a/
/a/...;x/b                             =
/a;b/../c                              /c
/../x                                  /x
/a/../../..                            /
/%zz                                   =
/%a                                    =
/%                                     =
/a%2                                   =
/a/..%2                                =
/a%2g/../b                             /b
/a?b=//../x%2f                         =
/a%3f/../b?x/../y                      /b?x/../y
/a/./b/.                               /a/b/
/a/b/..                                /a/
/..                                    /
/.                                     /
///a                                   =                                   /a
/a%5cb                                 =                                   =           /a/b
/a/%2e                                 /a/
/%7euser                               /~user
/a//b//c?d//e                          =                                   /a/b/c?d//e
/a/..;%2fb/c                           /c                                  /c          /b/c
/%2%65%2%65/x                          /%252e%252e/x
/a/%%32e./b                            /a/%252e./b
/%25%32%66                             /%252f
/a|b^c${'`'}d{e}f"g<h>i                /a%7Cb%5Ec%60d%7Be%7Df%22g%3Ch%3Ei
/a\..\b                                /b
`;

t.test('a path comes out as Envoy spells it', (t) => {
  for (const line of PATHS.trim().split('\n')) {
    const [path = '', base = '', merged = base, decoded = merged] = line
      .split(/\s+/)
      .map((cell, _, [first]) => (cell === '=' ? first : cell));
    t.equal(through(BASE, path), base, path);
    t.equal(through(MERGE, path), merged, `${path}, merged`);
    t.equal(through(DECODE, path), decoded, `${path}, unescaped`);
  }
  t.end();
});

t.test('of all escapes only those of unreserved characters are decoded, and NUL is refused', (t) => {
  for (let byte = 0; byte < 256; byte++) {
    const char = String.fromCharCode(byte);
    const wire = `%${byte.toString(16).padStart(2, '0')}`;
    const expected = byte === 0 ? '400' : /[A-Za-z0-9\-._~]/.test(char) ? `/x${char}` : `/x${wire}`;
    t.equal(through(BASE, `/x${wire}`), expected);
    t.equal(through(BASE, `/x${wire.toUpperCase()}`), expected.replace(wire, wire.toUpperCase()));
  }
  t.equal(through(BASE, '/\xe4\x7f'), '/%E4%7F');
  t.end();
});

t.test('dots that were escaped lose their parameters too, and slashes alone become one', (t) => {
  t.equal(through(BASE, '/a/%2e%2e;/b'), '/b');
  t.equal(through(MERGE, '//'), '/');
  t.equal(through(MERGE, '///?a//b'), '/?a//b');
  t.equal(through(BASE, '/a/..;%00'), '400');
  t.end();
});

t.test('what was normalised once stays as it is', (t) => {
  const parts = ['/', '/', '.', '..', '%2e', '%2f', '%5C', '\\', ';', 'a', '%', '2', 'e', '%25', '%41', '?', '{', '%7e'];
  let seed = 1;
  for (let i = 0; i < 5000; i++) {
    let path = '/';
    for (let n = 0; n < 8; n++) {
      seed = (seed * 48271) % 0x7fffffff;
      path += parts[seed % parts.length];
    }
    for (const paths of [BASE, MERGE, DECODE]) {
      const once = through(paths, path);
      if (once !== '400' && through(paths, once) !== once) t.fail(`${path} becomes ${once}, then ${through(paths, once)}`);
    }
  }
  t.end();
});

t.test('each of the three settings works alone', (t) => {
  const merge = normalizer(false, true);
  t.equal(through(merge, '/a//../b%2f/'), '/a/../b%2f/');
  t.equal(through(normalizer(false, false, SLASHES_UNESCAPE), '/a%2f%5C..//%2e'), '/a/\\..//%2e');
  t.equal(through(normalizer(false, false, SLASHES_REJECT), '/a%2e'), '/a%2e');
  t.equal(through(normalizer(false, false, SLASHES_REJECT), '/a%5cb'), '400');
  t.equal(through(normalizer(false, false, SLASHES_REJECT), '/a?%5cb'), '/a?%5cb');
  t.equal(through(normalizer(true, true, SLASHES_REDIRECT), '/a/..%2fadmin?q=%2f'), '307 /admin?q=%2f');
  t.equal(through(normalizer(true, true, SLASHES_REDIRECT), '/a/../admin'), '/admin');
  t.end();
});

t.test('nobody is sent to another host', (t) => {
  t.equal(through(normalizer(true, true, SLASHES_REDIRECT), '/%2fother.example/x'), '307 /other.example/x');
  for (const path of ['/%2fother.example/x', '/%5cother.example', '//other.example%2f']) {
    t.equal(through(normalizer(false, false, SLASHES_REDIRECT), path), '400', path);
  }
  t.end();
});

t.test('a path with nothing to do is left as it is', (t) => {
  for (const path of ['/', '/a.b/c..d/e?x=/../%2f//']) {
    const headers = requestHead(path);
    t.equal(DECODE.apply(headers), PATH_ACCEPTED);
    t.equal(headers.path, path);
  }
  t.end();
});

const COUNTED = {
  failed: 'http.in.downstream_rq_failed_path_normalization',
  redirected: 'http.in.downstream_rq_redirected_with_normalized_path',
};

t.test('filters see the normalised path; what cannot be normalised is answered with 400 and counted', (t) => {
  const fixture = new ManagerFixture({ settings: { paths: DECODE } });
  fixture.request(requestHead('/a/..%2fadmin'));
  t.equal(fixture.last.events[0], 'head /admin');
  fixture.last.respond(200);
  const refused = fixture.request(requestHead('/a%00'));
  t.same(refused.events, ['head 400', 'end']);
  t.equal(fixture.stats.counted[COUNTED.failed], 1);
  t.match(fixture.logged[1]?.info, { responseCode: 400, responseCodeDetails: 'path_normalization_failed' });
  t.end();
});

t.test('a client is sent to the unescaped path, but a gRPC client is refused', (t) => {
  const fixture = new ManagerFixture({ settings: { paths: normalizer(true, true, SLASHES_REDIRECT) } });
  const sent = fixture.request(requestHead('/a%2fb?c'));
  t.same(sent.events, ['head 307', 'end']);
  t.equal(fieldsOf(sent.head)['location'], '/a/b?c');
  t.match(fixture.logged[0]?.info, { responseCode: 307, responseCodeDetails: 'path_normalization_failed' });
  const grpc = fixture.request(requestHead('/a%2fb', { 'content-type': 'application/grpc' }, 'POST'));
  t.equal(grpc.head?.status, 200);
  t.equal(fieldsOf(grpc.head)['grpc-status'], '13');
  t.match(fixture.stats.counted, { [COUNTED.redirected]: 1, [COUNTED.failed]: 1 });
  t.end();
});
