import { isKnown, unknownText } from './unknown.ts';

/** A whole number for people, to the last digit: `1,234,567`. Unknown is `–`. */
export function formatCount(count: number | null | undefined): string {
  if (!isKnown(count)) return unknownText;
  // By hand: the same on every machine, whatever its locale.
  return String(Math.round(count)).replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
}
