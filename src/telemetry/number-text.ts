/** Numbers as C and C++ print them, where tools compare the text. */

/** C's `%.<digits>g`: so many significant digits, no trailing zeros, an exponent below 10^-4 and from 10^digits on. */
export function formatG(value: number, digits: number): string {
  if (!Number.isFinite(value)) return nonFinite(value);
  if (value === 0) return '0';
  const [mantissa, exponentText] = value.toExponential(digits - 1).split('e') as [string, string];
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= digits) return withExponent(trimZeros(mantissa), exponent);
  return trimZeros(value.toPrecision(digits));
}

/** `fmt::format("{}")` of a double: the shortest digits that read back the same, an exponent below 10^-4 and from 10^16 on. */
export function formatShortest(value: number): string {
  if (!Number.isFinite(value)) return nonFinite(value);
  if (value === 0) return '0';
  const [mantissa, exponentText] = value.toExponential().split('e') as [string, string];
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= 16) return withExponent(mantissa, exponent);
  return plain(value);
}

/** `std::to_chars` of a double: as `formatShortest`, in whichever of the two notations is shorter. */
export function formatChars(value: number): string {
  if (!Number.isFinite(value)) return nonFinite(value);
  if (value === 0) return '0';
  const [mantissa, exponentText] = value.toExponential().split('e') as [string, string];
  const scientific = withExponent(mantissa, Number(exponentText));
  const fixed = plain(value);
  return scientific.length < fixed.length ? scientific : fixed;
}

function plain(value: number): string {
  const text = String(value);
  return text.includes('e') ? BigInt(value).toString() : text;
}

function withExponent(mantissa: string, exponent: number): string {
  const digits = Math.abs(exponent).toString().padStart(2, '0');
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${digits}`;
}

function trimZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

function nonFinite(value: number): string {
  return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
}

/** A counter or gauge: a whole number. What has no limit is 2^64 - 1 in Envoy, the one number that a double cannot be. */
export function integerText(value: number): string {
  return value >= 2 ** 64 ? '18446744073709551615' : String(value);
}
