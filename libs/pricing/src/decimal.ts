/**
 * Money as whole numbers. A rate is held in 10^-12 USD per million tokens, so that tokens × rate is exact in
 * 10^-18 USD ("atto-dollars"); factors are held in millionths. Nothing here passes through a float sum.
 */
const rateDecimals = 12;
const attoDecimals = 18;
const factorDecimals = 6;
const shownDecimals = 9;

/** One, as a factor in millionths. */
export const unitFactor = 1_000_000n;

const plain = /^(\d+)(?:\.(\d+))?$/;

/** A non-negative decimal → a whole number of 10^-`decimals`, rounded half up beyond that. */
function scaled(value: number | string, decimals: number): bigint {
  // Twelve digits drop what binary floats add to a published price (0.18000000000000002).
  const text = typeof value === 'number' ? value.toFixed(rateDecimals) : value;
  const parts = plain.exec(text);
  if (parts === null) throw new RangeError(`"${value}" is not a non-negative decimal number`);
  const fraction = (parts[2] ?? '').padEnd(decimals + 1, '0');
  const kept = BigInt(`${parts[1]}${fraction.slice(0, decimals)}`);
  return fraction.charAt(decimals) >= '5' ? kept + 1n : kept;
}

/** USD per million tokens → 10^-12 USD. */
export const rateOf = (usdPerMillion: number | string): bigint => scaled(usdPerMillion, rateDecimals);
/** A multiplier such as 0.5 → millionths. */
export const factorOf = (factor: number | string): bigint => scaled(factor, factorDecimals);
/** USD → atto-dollars. */
export const attoOf = (usd: number | string): bigint => scaled(usd, attoDecimals);

/** Atto-dollars times a product of factors, rounded half up: the only rounding a price goes through. */
export function applyFactor(atto: bigint, millionths: bigint): bigint {
  return (atto * millionths + unitFactor / 2n) / unitFactor;
}

/** Atto-dollars → a decimal string with 9 to 18 decimals, nothing rounded away. */
export function formatUsd(atto: bigint): string {
  const digits = atto.toString().padStart(attoDecimals + 1, '0');
  const whole = digits.slice(0, -attoDecimals);
  let end = attoDecimals;
  const fraction = digits.slice(-attoDecimals);
  while (end > shownDecimals && fraction.charAt(end - 1) === '0') end -= 1;
  return `${whole}.${fraction.slice(0, end)}`;
}

/** Millionths → a decimal string without trailing zeros. */
export function formatFactor(millionths: bigint): string {
  const fraction = (millionths % unitFactor).toString().padStart(factorDecimals, '0').replace(/0+$/, '');
  return fraction === '' ? `${millionths / unitFactor}` : `${millionths / unitFactor}.${fraction}`;
}

/** 10^-12 USD per million tokens → USD per million, without trailing zeros. */
export function formatRate(rate: bigint): string {
  const digits = rate.toString().padStart(rateDecimals + 1, '0');
  const fraction = digits.slice(-rateDecimals).replace(/0+$/, '');
  return fraction === '' ? digits.slice(0, -rateDecimals) : `${digits.slice(0, -rateDecimals)}.${fraction}`;
}
