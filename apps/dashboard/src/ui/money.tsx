import { exactMoney, formatMoney } from '@telltale/contracts/format/money';

/** An amount as everywhere; whoever points at it sees every digit. */
export function Money({
  usd,
  place,
  note,
}: {
  usd: number | null | undefined;
  place?: 'agent_card';
  /** What else there is to say of it. */
  note?: string | undefined;
}) {
  const text = formatMoney(usd, place);
  const exact = exactMoney(usd);
  const title = [exact === text ? null : exact, note].filter(Boolean).join(', ');
  return <span title={title === '' ? undefined : title}>{text}</span>;
}
