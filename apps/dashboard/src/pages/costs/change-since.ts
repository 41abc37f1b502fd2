/** How much more or less than before, as ` (+12 %)`, from ten times on as ` (12 times)`; nothing where there is nothing to compare with. */
export function changeSince(now: number | null | undefined, then: number | null | undefined): string {
  if (typeof now !== 'number' || typeof then !== 'number' || then === 0) return '';
  if (now / then >= 10) return ` (${Math.round(now / then)} times)`;
  const percent = Math.round((now / then - 1) * 100);
  return ` (${percent > 0 ? '+' : percent < 0 ? '−' : '±'}${Math.abs(percent)} %)`;
}
