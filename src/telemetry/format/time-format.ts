/**
 * Time formats of `%START_TIME(…)%`: strftime as absl::FormatTime has it, with Envoy's `%f`, `%1f` … `%9f` for the fraction of
 * the second. A format is taken apart once; the parts that change once a second are put together once a second.
 */

/** A moment in UTC, or shifted to the zone at hand so that the UTC getters give local time. */
interface Moment {
  readonly date: Date;
  /** Minutes east of UTC. */
  readonly offset: number;
  /** Seconds since the epoch. */
  readonly seconds: number;
}

type Piece = (moment: Moment) => string;

/** Digits of the fraction of a second; 0 for `%E*S` and `%E*f`: as many as are needed. */
type Part = string | Piece | { readonly digits: number; readonly seconds: boolean };

export const ISO_FORMAT = '%Y-%m-%dT%H:%M:%S.%3fZ';
export const LOCAL_FORMAT = '%Y-%m-%dT%H:%M:%S.%3f%z';

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

const two = (n: number): string => (n < 10 ? `0${n}` : String(n));
const blank = (n: number): string => (n < 10 ? ` ${n}` : String(n));
const day = (m: Moment): string => DAYS[m.date.getUTCDay()] as string;
const month = (m: Moment): string => MONTHS[m.date.getUTCMonth()] as string;
const hour12 = (m: Moment): number => m.date.getUTCHours() % 12 || 12;

function dayOfYear(m: Moment): number {
  return Math.floor((m.date.getTime() - Date.UTC(m.date.getUTCFullYear(), 0, 1)) / 86_400_000);
}

/** Week of the year whose weeks begin on that day of the week. */
function week(m: Moment, first: number): number {
  return Math.floor((dayOfYear(m) + 7 - ((m.date.getUTCDay() + 7 - first) % 7)) / 7);
}

/** ISO 8601 year and week. */
function isoWeek(m: Moment): { readonly year: number; readonly week: number } {
  const thursday = new Date(m.date.getTime() + (3 - ((m.date.getUTCDay() + 6) % 7)) * 86_400_000);
  const year = thursday.getUTCFullYear();
  return { year, week: 1 + Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / (7 * 86_400_000)) };
}

function zone(m: Moment, separator: string): string {
  const minutes = Math.abs(m.offset);
  return `${m.offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}${separator}${two(minutes % 60)}`;
}

const year = (m: Moment): string => String(m.date.getUTCFullYear());
const monthNumber = (m: Moment): string => two(m.date.getUTCMonth() + 1);
const dayNumber = (m: Moment): string => two(m.date.getUTCDate());
const hour = (m: Moment): string => two(m.date.getUTCHours());
const minute = (m: Moment): string => two(m.date.getUTCMinutes());
const second = (m: Moment): string => two(m.date.getUTCSeconds());
const time = (m: Moment): string => `${hour(m)}:${minute(m)}:${second(m)}`;
const american = (m: Moment): string => `${monthNumber(m)}/${dayNumber(m)}/${two(m.date.getUTCFullYear() % 100)}`;
const half = (m: Moment): string => (m.date.getUTCHours() < 12 ? 'AM' : 'PM');

const PIECES: Readonly<Record<string, Piece | string>> = {
  '%': '%',
  t: '\t',
  a: (m) => day(m).slice(0, 3),
  A: day,
  b: (m) => month(m).slice(0, 3),
  B: month,
  c: (m) => `${day(m).slice(0, 3)} ${month(m).slice(0, 3)} ${blank(m.date.getUTCDate())} ${time(m)} ${year(m)}`,
  C: (m) => two(Math.floor(m.date.getUTCFullYear() / 100)),
  d: dayNumber,
  D: american,
  e: (m) => blank(m.date.getUTCDate()),
  E4Y: (m) => year(m).padStart(4, '0'),
  ET: 'T',
  Ez: (m) => zone(m, ':'),
  'E*z': (m) => `${zone(m, ':')}:00`,
  F: (m) => `${year(m)}-${monthNumber(m)}-${dayNumber(m)}`,
  g: (m) => two(isoWeek(m).year % 100),
  G: (m) => String(isoWeek(m).year),
  h: (m) => month(m).slice(0, 3),
  H: hour,
  I: (m) => two(hour12(m)),
  j: (m) => String(dayOfYear(m) + 1).padStart(3, '0'),
  k: (m) => blank(m.date.getUTCHours()),
  l: (m) => blank(hour12(m)),
  m: monthNumber,
  M: minute,
  p: half,
  P: (m) => half(m).toLowerCase(),
  r: (m) => `${two(hour12(m))}:${minute(m)}:${second(m)} ${half(m)}`,
  R: (m) => `${hour(m)}:${minute(m)}`,
  s: (m) => String(m.seconds),
  S: second,
  T: time,
  u: (m) => String(m.date.getUTCDay() || 7),
  U: (m) => two(week(m, 0)),
  V: (m) => two(isoWeek(m).week),
  w: (m) => String(m.date.getUTCDay()),
  W: (m) => two(week(m, 1)),
  x: american,
  X: time,
  y: (m) => two(m.date.getUTCFullYear() % 100),
  Y: year,
  z: (m) => zone(m, ''),
  Z: (m) => (m.offset === 0 ? 'UTC' : zone(m, '')),
};

const SPECIFIER = /%(?:([1-9])?f|E([1-9]|\*)([Sf])|(E4Y|ET|Ez|E\*z|[A-Za-z%]))/g;

/** Formats times by one format, in UTC or in the zone of the process. */
export class TimeFormat {
  readonly #parts: readonly Part[];
  readonly #local: boolean;
  #second = Number.NaN;
  /** Texts between the fractions for `#second`; `#digits[i]` follows `#texts[i]`. */
  readonly #texts: string[] = [];
  readonly #digits: number[] = [];

  constructor(format: string, local: boolean) {
    const parts: Part[] = [];
    let at = 0;
    for (const match of format.matchAll(SPECIFIER)) {
      if (match.index > at) parts.push(format.slice(at, match.index));
      at = match.index + match[0].length;
      parts.push(partOf(match));
    }
    if (at < format.length) parts.push(format.slice(at));
    this.#parts = parts;
    this.#local = local;
  }

  /** `ms`: milliseconds since the epoch, with fraction where the clock has one. */
  format(ms: number): string {
    const seconds = Math.floor(ms / 1000);
    if (seconds !== this.#second) this.#newSecond(seconds);
    const texts = this.#texts;
    let text = texts[0] as string;
    for (let i = 0; i < this.#digits.length; i++)
      text += fraction(ms - seconds * 1000, this.#digits[i] as number) + (texts[i + 1] as string);
    return text;
  }

  #newSecond(seconds: number): void {
    const utc = new Date(seconds * 1000);
    const offset = this.#local ? -utc.getTimezoneOffset() : 0;
    const moment: Moment = { date: new Date(seconds * 1000 + offset * 60_000), offset, seconds };
    this.#second = seconds;
    this.#texts.length = 0;
    this.#digits.length = 0;
    let text = '';
    for (const part of this.#parts) {
      if (typeof part === 'string') {
        text += part;
      } else if (typeof part === 'function') {
        text += part(moment);
      } else {
        this.#texts.push(part.seconds ? `${text}${second(moment)}.` : text);
        this.#digits.push(part.digits);
        text = '';
      }
    }
    this.#texts.push(text);
  }
}

function partOf(match: RegExpExecArray): Part {
  const [all, digits, extended, unit, name] = match;
  if (extended !== undefined) return { digits: extended === '*' ? 0 : Number(extended), seconds: unit === 'S' };
  if (name === undefined) return { digits: Number(digits ?? 9), seconds: false };
  return PIECES[name] ?? all;
}

/** The clock gives milliseconds, at best with a fraction: further digits are zeros. */
function fraction(ms: number, digits: number): string {
  if (digits === 3) return ms < 10 ? `00${Math.floor(ms)}` : ms < 100 ? `0${Math.floor(ms)}` : String(Math.floor(ms));
  // A float of this size is exact to a quarter of a microsecond: rounding gives back the digits that the clock had.
  const nanos = `${String(Math.min(999_999, Math.round(ms * 1000))).padStart(6, '0')}000`;
  return digits === 0 ? nanos.replace(/0+$/, '') : nanos.slice(0, digits);
}
