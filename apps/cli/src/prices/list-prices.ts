import { unknownText } from '@telltale/contracts/format/unknown';
import type { PriceRow, PricesAnswer } from '@telltale/contracts/http/prices';
import type { ClientFlags } from '../commands/client-flags.ts';
import type { Context } from '../context.ts';
import { openApiOfTeam } from '../known-team.ts';
import { formatTable } from '../table.ts';
import { lesser, numbers, words } from '../views/columns.ts';

const pageLength = 100;
/** Without trailing zeros. */
const plain = (money: string | undefined): string =>
  (money?.includes('.') === true ? money.replace(/\.?0+$/, '') : money) ?? unknownText;
const dayOf = (time: string | null): string => time?.replace(/T00:00:00\.000Z$/, '') ?? '';

/** What else a row says: tiers, a price of the call itself, factors and a discount. */
function moreOf({ tiers, per_request, factors, discount }: PriceRow): string {
  return [
    ...(tiers ?? []).map((tier) => `${plain(tier.per_million.input)} above ${tier.above_input_tokens} tokens`),
    ...(per_request === null ? [] : [`${plain(per_request)} a call`]),
    ...Object.entries(factors ?? {})
      .toSorted()
      .map(([word, factor]) => `${word} × ${factor}`),
    ...(discount === null ? [] : [`${Number((discount * 100).toFixed(4))} % off`]),
  ].join(', ');
}

const cellsOf = (row: PriceRow): string[] => [
  row.effective ? 'yes' : 'no',
  row.origin,
  row.model,
  row.provider ?? 'any',
  plain(row.per_million?.input),
  plain(row.per_million?.cache_read),
  plain(row.per_million?.cache_write_5m),
  plain(row.per_million?.output),
  [dayOf(row.from), dayOf(row.until)].every((time) => time === '')
    ? 'always'
    : `${dayOf(row.from)}…${dayOf(row.until)}`,
  row.id ?? unknownText,
  moreOf(row),
];

/** The price that turns unknown amounts into estimates; a list of prices by model would not show it. */
function defaultNote(price: PricesAnswer['default_price']): string {
  if (price === null) return '';
  const { per_million, per_request } = price;
  const each = per_request === undefined ? '' : `, ${plain(per_request)} a call`;
  const rates = `input ${plain(per_million.input)}, output ${plain(per_million.output)}${each}`;
  return `\ncalls that nobody prices are estimated at ${rates}\n`;
}

/** Lists prices, best first, page by page; money in US dollars per million tokens. */
export async function listPrices(
  flags: ClientFlags & { model?: string; provider?: string },
  context: Context,
): Promise<void> {
  const api = await openApiOfTeam(flags, context);
  const { model, provider } = flags;
  const prices: PriceRow[] = [];
  let note: string;
  for (;;) {
    const page = await api.prices({ model, provider, limit: pageLength, offset: prices.length });
    prices.push(...page.prices);
    if (page.prices.length === pageLength && prices.length < (page.total ?? 0)) continue;
    if (flags.json === true) {
      const { default_price, price_version } = page;
      context.out(`${JSON.stringify({ prices, default_price, price_version })}\n`);
      return;
    }
    note = defaultNote(page.default_price);
    break;
  }
  if (prices.length === 0) {
    context.say(`nobody prices ${flags.model ?? 'anything'}${note.trimEnd()}`);
    return;
  }
  const cached = ['CACHE READ', 'CACHE WRITE'].map((heading) => lesser(numbers(heading)));
  const money = [numbers('INPUT'), ...cached, numbers('OUTPUT')];
  const [valid, id] = [lesser({ heading: 'VALID' }), lesser({ heading: 'ID' })];
  const headings = ['IN EFFECT', 'SET BY', 'MODEL', lesser(words('SELLER')), ...money, valid, id, words('MORE')];
  context.out(formatTable(headings, prices.map(cellsOf), context.page(flags)) + note);
}
