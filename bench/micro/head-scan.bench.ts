/** Ways to find the fields of an HTTP/1.1 head: one latin1 string scanned in place, the bytes themselves, and `split`. */
import type { Micro } from './harness.ts';

const HEAD = Buffer.from(
  [
    'GET /reviews/7?page=2 HTTP/1.1',
    'host: reviews.default.svc.cluster.local:9080',
    'user-agent: Mozilla/5.0 (X11; Linux x86_64) bench/1.0',
    'accept: application/json, text/plain, */*',
    'accept-encoding: gzip, deflate, br',
    'x-request-id: 6f1d2f3a-1f0b-4b7e-9b0e-2f7f5b0e1f0b',
    'traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    'cookie: session=c0ffeec0ffeec0ffeec0ffee; theme=dark',
    '\r\n',
  ].join('\r\n'),
  'latin1',
);

export default {
  name: 'head of 8 lines',
  cases: [
    {
      name: 'latin1 string, indexOf',
      run(times) {
        let sum = 0;
        for (let i = 0; i < times; i++) {
          const head = HEAD.toString('latin1', 0, HEAD.length - 4);
          for (let at = head.indexOf('\r\n'); at >= 0; ) {
            const end = head.indexOf('\r\n', at + 2);
            sum += head.indexOf(':', at + 2) - at;
            at = end;
          }
        }
        return sum;
      },
    },
    {
      name: 'bytes, one by one',
      run(times) {
        let sum = 0;
        for (let i = 0; i < times; i++) {
          let line = 0;
          let colon = 0;
          for (let at = 0; at < HEAD.length; at++) {
            const byte = HEAD[at];
            if (byte === 58 && colon === 0) colon = at;
            else if (byte === 10) {
              sum += colon - line;
              line = at;
              colon = 0;
            }
          }
        }
        return sum;
      },
    },
    {
      name: 'split into lines',
      run(times) {
        let sum = 0;
        for (let i = 0; i < times; i++) {
          for (const line of HEAD.toString('latin1', 0, HEAD.length - 4).split('\r\n')) sum += line.indexOf(':');
        }
        return sum;
      },
    },
  ],
} satisfies Micro;
