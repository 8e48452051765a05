import t from 'tap';
import { fieldLines } from '../../../../test/support/http-messages.ts';
import { Headers } from '../../headers.ts';
import {
  BLOCK_FLOOD,
  BLOCK_MALFORMED,
  BLOCK_OK,
  BLOCK_REQUEST,
  BLOCK_RESPONSE,
  BLOCK_TOO_LARGE,
  BLOCK_TOO_MANY,
  BLOCK_TRAILERS,
  BLOCK_UNREADABLE,
  type BlockOf,
  HpackDecoder,
} from './decoder.ts';

const LIMITS = { maxBytes: 60 * 1024, maxCount: 100 };

function hex(text: string): Buffer {
  return Buffer.from(text.replace(/\s/g, ''), 'hex');
}

function decode(decoder: HpackDecoder, block: Buffer, of: BlockOf = BLOCK_TRAILERS, limits = LIMITS) {
  const headers = new Headers();
  // In the middle of a buffer, with something behind it.
  const buffer = Buffer.concat([Buffer.alloc(3, 0xff), block, Buffer.alloc(8, 0xff)]);
  const result = decoder.decode(buffer, 3, 3 + block.length, headers, of, limits);
  const { method, scheme, authority, path, status } = headers;
  return { result, headers, pseudo: of === BLOCK_REQUEST ? [method, scheme, authority, path] : status, fields: fieldLines(headers) };
}

/** Entries of the table, newest first. */
function entries({ table }: HpackDecoder): string[] {
  return Array.from({ length: table.count }, (_, i) => {
    const field = table.at(i);
    return `${field?.name.text}: ${field?.value}`;
  });
}

t.test('RFC 7541 C.2: literals with and without indexing, never indexed, and an indexed field', (t) => {
  const decoder = new HpackDecoder();
  t.same(decode(decoder, hex('400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572')).fields, ['custom-key: custom-header']);
  t.same(entries(decoder), ['custom-key: custom-header']);
  t.equal(decoder.table.bytes, 55);

  const without = new HpackDecoder();
  t.same(decode(without, hex('040c 2f73 616d 706c 652f 7061 7468'), BLOCK_REQUEST).pseudo, ['', '', '', '/sample/path']);
  t.same(entries(without), []);

  const never = decode(new HpackDecoder(), hex('1008 7061 7373 776f 7264 0673 6563 7265 74'));
  t.same(never.fields, ['password: secret']);
  t.ok(never.headers.field(0).sensitive);

  t.same(decode(new HpackDecoder(), hex('82'), BLOCK_REQUEST).pseudo, ['GET', '', '', '']);
  t.end();
});

const REQUESTS: readonly { pseudo: string[]; fields: string[]; table: string[]; bytes: number }[] = [
  { pseudo: ['GET', 'http', 'www.example.com', '/'], fields: [], table: [':authority: www.example.com'], bytes: 57 },
  {
    pseudo: ['GET', 'http', 'www.example.com', '/'],
    fields: ['cache-control: no-cache'],
    table: ['cache-control: no-cache', ':authority: www.example.com'],
    bytes: 110,
  },
  {
    pseudo: ['GET', 'https', 'www.example.com', '/index.html'],
    fields: ['custom-key: custom-value'],
    table: ['custom-key: custom-value', 'cache-control: no-cache', ':authority: www.example.com'],
    bytes: 164,
  },
];

for (const [section, blocks] of [
  [
    'C.3, requests',
    [
      '8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d',
      '8286 84be 5808 6e6f 2d63 6163 6865',
      '8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65',
    ],
  ],
  [
    'C.4, requests with Huffman',
    [
      '8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff',
      '8286 84be 5886 a8eb 1064 9cbf',
      '8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf',
    ],
  ],
] as const) {
  t.test(`RFC 7541 ${section}`, (t) => {
    const decoder = new HpackDecoder();
    blocks.forEach((block, i) => {
      const { result, pseudo, fields } = decode(decoder, hex(block), BLOCK_REQUEST);
      t.equal(result, BLOCK_OK);
      t.same(pseudo, REQUESTS[i]?.pseudo);
      t.same(fields, REQUESTS[i]?.fields);
      t.same(entries(decoder), REQUESTS[i]?.table);
      t.equal(decoder.table.bytes, REQUESTS[i]?.bytes);
    });
    t.end();
  });
}

const DATE = 'date: Mon, 21 Oct 2013 20:13:21 GMT';
const LATER = 'date: Mon, 21 Oct 2013 20:13:22 GMT';
const PRIVATE = 'cache-control: private';
const LOCATION = 'location: https://www.example.com';
const COOKIE = 'set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1';
const RESPONSES: readonly { status: number; fields: string[]; table: string[]; bytes: number }[] = [
  { status: 302, fields: [PRIVATE, DATE, LOCATION], table: [LOCATION, DATE, PRIVATE, ':status: 302'], bytes: 222 },
  { status: 307, fields: [PRIVATE, DATE, LOCATION], table: [':status: 307', LOCATION, DATE, PRIVATE], bytes: 222 },
  {
    status: 200,
    fields: [PRIVATE, LATER, LOCATION, 'content-encoding: gzip', COOKIE],
    table: [COOKIE, 'content-encoding: gzip', LATER],
    bytes: 215,
  },
];

for (const [section, blocks] of [
  [
    'C.5, responses that evict',
    [
      '4803 3330 3258 0770 7269 7661 7465 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3120 474d 546e 1768 7474 7073 3a2f 2f77 7777 2e65 7861 6d70 6c65 2e63 6f6d',
      '4803 3330 37c1 c0bf',
      '88c1 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3220 474d 54c0 5a04 677a 6970 7738 666f 6f3d 4153 444a 4b48 514b 425a 584f 5157 454f 5049 5541 5851 5745 4f49 553b 206d 6178 2d61 6765 3d33 3630 303b 2076 6572 7369 6f6e 3d31',
    ],
  ],
  [
    'C.6, responses that evict, with Huffman',
    [
      '4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff6e 919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3',
      '4883 640e ffc1 c0bf',
      '88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab 77ad 94e7 821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f 9587 3160 65c0 03ed 4ee5 b106 3d50 07',
    ],
  ],
] as const) {
  t.test(`RFC 7541 ${section}`, (t) => {
    const decoder = new HpackDecoder();
    decoder.table.resize(256);
    blocks.forEach((block, i) => {
      const { result, pseudo, fields } = decode(decoder, hex(block), BLOCK_RESPONSE);
      t.equal(result, BLOCK_OK);
      t.equal(pseudo, RESPONSES[i]?.status);
      t.same(fields, RESPONSES[i]?.fields);
      t.same(entries(decoder), RESPONSES[i]?.table);
      t.equal(decoder.table.bytes, RESPONSES[i]?.bytes);
    });
    t.end();
  });
}

t.test('a field that was sent by index is the same object every time', (t) => {
  const decoder = new HpackDecoder();
  const first = decode(decoder, hex('400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572')).headers.field(0);
  t.equal(decode(decoder, hex('be')).headers.field(0), first);
  t.equal(decode(decoder, hex('bebe')).headers.field(1), first);
  t.end();
});

t.test('table size updates stand at the start of a block, are at most two, and stay below what was offered', (t) => {
  const decoder = new HpackDecoder();
  t.equal(decode(decoder, hex('20 3f e1 1f 40 01 61 01 62')).result, BLOCK_OK, '0, then 4096');
  t.same(entries(decoder), ['a: b']);
  t.equal(decode(decoder, hex('20')).result, BLOCK_OK);
  t.same(entries(decoder), []);
  t.equal(decode(decoder, hex('40 01 61 01 62')).result, BLOCK_OK);
  t.same(entries(decoder), [], 'nothing fits');
  for (const [block, why] of [
    ['88 20', 'behind a field'],
    ['20 20 20', 'three'],
    ['3f e2 1f', '4097'],
    ['3f ff ff ff ff ff', 'an integer without end'],
  ] as const) {
    t.equal(decode(new HpackDecoder(), hex(block)).result, BLOCK_UNREADABLE, why);
  }
  t.equal(decode(new HpackDecoder(1024), hex('3f e1 07')).result, BLOCK_OK, '1024');
  t.equal(decode(new HpackDecoder(1024), hex('3f e2 07')).result, BLOCK_UNREADABLE, '1025');
  t.end();
});

t.test('what cannot be read loses the table', (t) => {
  for (const [block, why] of [
    ['80', 'index 0'],
    ['be', 'an index behind an empty table'],
    ['ff 80 80 80 80 80 01', 'an integer of too many bytes'],
    ['ff', 'an integer that breaks off'],
    ['40', 'a literal without a name'],
    ['40 05 61', 'a name that breaks off'],
    ['40 01 61', 'a literal without a value'],
    ['40 01 61 05 61', 'a value that breaks off'],
    ['40 01 61 7f', 'a length that breaks off'],
    ['7f 00 01 61', 'a name index behind the table'],
    ['40 01 61 81 ff', 'padding of eight bits'],
    ['40 01 61 81 e0', 'padding of zeros'],
    ['40 01 61 84 ff ff ff ff', 'the end-of-string code'],
    ['40 01 61 85 ff ff ff ff fc', 'the end-of-string code and padding'],
  ] as const) {
    t.equal(decode(new HpackDecoder(), hex(block)).result, BLOCK_UNREADABLE, why);
  }
  t.end();
});

/** Literals without indexing, plain. */
function literals(...pairs: [string, string][]): Buffer {
  return Buffer.concat(
    pairs.map(([name, value]) =>
      Buffer.concat([
        Buffer.from([0, name.length]),
        Buffer.from(name, 'latin1'),
        Buffer.from([value.length]),
        Buffer.from(value, 'latin1'),
      ]),
    ),
  );
}

t.test('what is no HTTP message is malformed', (t) => {
  const get: [string, string][] = [
    [':method', 'GET'],
    [':scheme', 'http'],
    [':path', '/'],
  ];
  t.equal(
    decode(new HpackDecoder(), literals(...get, [':authority', 'a'], ['te', 'trailers'], ['x-a', '']), BLOCK_REQUEST).result,
    BLOCK_OK,
  );
  for (const pairs of [
    [...get, ['X-A', 'b']],
    [...get, ['x a', 'b']],
    [...get, ['x\xe9', 'b']],
    [...get, ['', 'b']],
    [...get, [':', 'b']],
    [...get, ['x-a', 'b\r\nc']],
    [...get, ['x-a', 'b\x00']],
    [...get, ['x-a', ' b']],
    [...get, ['x-a', 'b\t']],
    [...get, ['connection', 'close']],
    [...get, ['keep-alive', '5']],
    [...get, ['proxy-connection', 'close']],
    [...get, ['transfer-encoding', 'chunked']],
    [...get, ['upgrade', 'x']],
    [...get, ['te', 'gzip']],
    [...get, [':path', '/again']],
    [...get, [':unknown', 'x']],
    [...get, [':status', '200']],
    [['x-a', 'b'], ...get],
    [
      [':method', 'GET'],
      [':path', ''],
    ],
    [[':method', 'GET / HTTP/1.1\r\nX: y']],
  ] as [string, string][][]) {
    t.equal(decode(new HpackDecoder(), literals(...pairs), BLOCK_REQUEST).result, BLOCK_MALFORMED, JSON.stringify(pairs.slice(-2)));
  }
  for (const status of ['20', '2000', '099', '2x0', '', '+20', '1e2']) {
    t.equal(decode(new HpackDecoder(), literals([':status', status]), BLOCK_RESPONSE).result, BLOCK_MALFORMED, status);
  }
  t.equal(decode(new HpackDecoder(), literals([':method', 'GET']), BLOCK_RESPONSE).result, BLOCK_MALFORMED);
  t.equal(decode(new HpackDecoder(), literals([':status', '200']), BLOCK_TRAILERS).result, BLOCK_MALFORMED);
  t.end();
});

t.test('a malformed block leaves the table in step, and what it put there malformed', (t) => {
  const decoder = new HpackDecoder();
  t.equal(decode(decoder, hex('40 01 58 01 62 40 01 61 01 62')).result, BLOCK_MALFORMED);
  t.same(entries(decoder), ['a: b', 'X: b']);
  t.same(decode(decoder, hex('be')).fields, ['a: b']);
  t.equal(decode(decoder, hex('bf')).result, BLOCK_MALFORMED);
  t.equal(decode(decoder, hex('7f 00 01 63')).result, BLOCK_MALFORMED, 'its name with another value');
  t.end();
});

t.test('the decoded size is what counts, and what is over the limit is not kept', (t) => {
  const decoder = new HpackDecoder();
  const large = Buffer.concat([hex('40 01 61 7f b9 16'), Buffer.alloc(3000, 'v')]);
  t.equal(decode(decoder, large).result, BLOCK_OK);
  // 1,000 bytes that stand for three million.
  t.equal(decode(decoder, Buffer.alloc(1000, 0xbe)).result, BLOCK_FLOOD);
  const bomb = decode(decoder, Buffer.alloc(70, 0xbe));
  t.equal(bomb.result, BLOCK_TOO_LARGE);
  t.equal(bomb.headers.count, 20);
  t.equal(bomb.headers.wireBytes, 70 * (3000 + 33));
  const many = decode(decoder, Buffer.alloc(40, 0xbe), BLOCK_TRAILERS, { maxBytes: 1 << 20, maxCount: 10 });
  t.equal(many.result, BLOCK_TOO_MANY);
  t.equal(many.headers.count, 10);
  t.same(decode(decoder, hex('be')).result, BLOCK_OK, 'the table is in step');
  t.end();
});
