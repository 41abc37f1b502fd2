/** An average; null where the amount is not known, or is of nothing. */
export const per = (amount: number | null, count: number, digits: number): number | null =>
  amount === null || count <= 0 ? null : Number((amount / count).toFixed(digits));
