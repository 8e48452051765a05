import t from 'tap';
import { ISO_FORMAT, TimeFormat } from './time-format.ts';

/** 2026-11-21T04:45:02.789119Z, formatted by Envoy 1.40. */
const MS = 1795236302789.119;

t.test('every specifier prints what Envoy prints', async (t) => {
  const cases: [string, string][] = [
    ['%Y/%m/%dT%H:%M:%S%z %s.%3f %6f %9f %f %1f %Z', '2026/11/21T04:45:02+0000 1795236302.789 789119 789119000 789119000 7 UTC'],
    ['%a %A %b %B %d %e %j %U %w %y %D %F', 'Sat Saturday Nov November 21 21 325 46 6 26 11/21/26 2026-11-21'],
    ['%T %R %p %I %M |%t| %% %E3S %E*S %k %l %h', '04:45:02 04:45 AM 04 45 |\t| % 02.789 02.789119  4  4 Nov'],
    [
      '%c|%x %X %C %G %g %u %V %E4Y %W %r %Ez %2f%%',
      'Sat Nov 21 04:45:02 2026|11/21/26 04:45:02 20 2026 26 6 47 2026 46 04:45:02 AM +00:00 78%',
    ],
    ['%Q %', '%Q %'],
    ['', ''],
    ['plain', 'plain'],
  ];
  for (const [format, text] of cases) {
    t.equal(new TimeFormat(format, false).format(MS), text, format);
  }
});

t.test('the default is ISO 8601 with milliseconds', async (t) => {
  const format = new TimeFormat(ISO_FORMAT, false);
  t.equal(format.format(Date.UTC(2026, 0, 2, 3, 4, 5, 6)), '2026-01-02T03:04:05.006Z');
  t.equal(format.format(Date.UTC(2026, 0, 2, 3, 4, 5, 60)), '2026-01-02T03:04:05.060Z', 'the same second again');
  t.equal(format.format(Date.UTC(2025, 11, 31, 23, 59, 59, 999)), '2025-12-31T23:59:59.999Z', 'and an earlier one');
});

t.test('weeks around New Year', async (t) => {
  const format = new TimeFormat('%G-%V %U %W %u %j', false);
  t.equal(format.format(Date.UTC(2027, 0, 1)), '2026-53 00 00 5 001');
  t.equal(format.format(Date.UTC(2024, 11, 30)), '2025-01 52 53 1 365');
  t.equal(format.format(Date.UTC(2023, 0, 1)), '2022-52 01 00 7 001');
});

t.test('local time has the offset of the zone', async (t) => {
  const ms = Date.UTC(2026, 6, 1, 12);
  const offset = -new Date(ms).getTimezoneOffset();
  const expected = new Date(ms + offset * 60_000).toISOString().slice(0, 19);
  t.match(new TimeFormat('%Y-%m-%dT%H:%M:%S%z', true).format(ms), new RegExp(`^${expected}[+-]\\d{4}$`));
});
