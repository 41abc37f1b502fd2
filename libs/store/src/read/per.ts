const plain = /^(-?)(\d+)(?:\.(\d+))?$/;

/**
 * What of a decimal number falls to each of `count`, rounded half up once: a float is wrong in the last digit where the
 * total was rounded before, or lies just below the half. Null where there is nothing to share, or nobody to share it among.
 */
export function per(total: string | number | null, count: number, digits: number): number | null {
  if (total === null || count <= 0) return null;
  const parts = plain.exec(String(total));
  if (parts === null) throw new RangeError(`"${total}" is not a plain decimal number`);
  const [, sign = '', whole = '0', fraction = ''] = parts;
  const amount = BigInt(whole + fraction) * 10n ** BigInt(digits);
  const share = BigInt(count) * 10n ** BigInt(fraction.length);
  return Number(`${sign}${(2n * amount + share) / (2n * share)}e-${digits}`);
}
