import t from 'tap';
import { constantField, internField, LONGEST_INTERNED, POOL_IDS, shareField } from './field-pool.ts';
import { CONTENT_TYPE, COOKIE, DATE, pinName, resolveName } from './header-name.ts';

t.test('a pair is shared from its second sighting on', (t) => {
  const name = pinName('x-pool-a');
  const first = internField(name, 'value');
  t.equal(first.id, -1);
  const second = internField(name, 'value');
  t.not(second.id, -1);
  t.equal(internField(name, 'value'), second);
  t.equal(shareField(name, 'value'), second);
  t.not(internField(name, 'other'), second);
  t.end();
});

t.test('secrets, unique values, long values and names that no configuration knows are never shared', (t) => {
  for (const [name, value] of [
    [COOKIE, 'session=1'],
    [DATE, 'Sat, 21 Nov 2026 10:00:00 GMT'],
    [CONTENT_TYPE, 'x'.repeat(LONGEST_INTERNED + 1)],
    [resolveName('x-nobody-pinned-this'), 'a'],
  ] as const) {
    for (let i = 0; i < 3; i++) t.equal(internField(name, value).id, -1);
    t.equal(shareField(name, value).id, -1);
  }
  t.end();
});

t.test('ids are small numbers, and no two live pairs have the same', (t) => {
  const names = Array.from({ length: 60 }, (_, i) => pinName(`x-pool-flood-${i}`));
  for (let round = 0; round < 100; round++) for (const name of names) shareField(name, `value ${round}`);
  const seen = new Map<number, string>();
  for (const name of names) {
    for (let round = 90; round < 100; round++) {
      const field = shareField(name, `value ${round}`);
      t.ok(field.id >= 0 && field.id < POOL_IDS);
      seen.set(field.id, `${name.text} ${field.value}`);
    }
  }
  t.ok(seen.size >= 500, `${seen.size} of 600 have an id of their own`);
  t.end();
});

t.test('a flood under one name pushes out its own pairs, not those of others', (t) => {
  const kept = shareField(pinName('x-pool-quiet'), 'here first');
  const name = pinName('x-pool-noisy');
  const first = shareField(name, 'value 0');
  for (let i = 1; i < 10_000; i++) shareField(name, `value ${i}`);
  t.equal(shareField(pinName('x-pool-quiet'), 'here first'), kept);
  t.not(shareField(name, 'value 0'), first, 'the oldest had to go');
  t.end();
});

t.test('nobody stays by being first: a full pool lets in what comes, and is asked again for what it dropped', (t) => {
  const names = Array.from({ length: 100 }, (_, i) => pinName(`x-pool-squat-${i}`));
  for (const name of names) for (let i = 0; i < 64; i++) shareField(name, `squatter ${i}`);
  const late = pinName('x-pool-late');
  internField(late, 'honest');
  const field = internField(late, 'honest');
  t.not(field.id, -1);
  t.equal(internField(late, 'honest'), field);
  t.end();
});

t.test('what is shared does not keep the message alive that it came with', (t) => {
  const head = `${'x'.repeat(50_000)}value of a field`;
  const value = head.slice(50_000);
  const field = shareField(pinName('x-pool-slice'), value);
  t.equal(field.value, 'value of a field');
  t.equal(internField(pinName('x-pool-slice'), 'value of a field'), field);
  t.end();
});

t.test('pairs of the configuration have their line ready, are always the same object and stay', (t) => {
  const name = pinName('x-pool-constant');
  const field = constantField(name, 'on');
  t.equal(Buffer.from(field.line as Uint8Array).toString('latin1'), 'x-pool-constant: on\r\n');
  for (let i = 0; i < 200; i++) shareField(name, `value ${i}`);
  t.equal(constantField(name, 'on'), field);
  t.equal(internField(name, 'on'), field);
  t.end();
});
