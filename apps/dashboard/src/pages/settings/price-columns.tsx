import { exactMoney } from '@telltale/contracts/format/money';
import type { PriceRow } from '@telltale/contracts/http/prices';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import type { Column } from '../../ui/data-table.tsx';

/** Every digit of it: prices are exact. */
const exact = (price: string | undefined): string => exactMoney(price === undefined ? null : Number(price));

const rate = (id: 'input' | 'cache_read' | 'output', header: string): Column<PriceRow> => ({
  id,
  header,
  hint: 'US dollars per million tokens',
  isNumber: true,
  value: (row) => row.per_million?.[id],
  cell: (row) => exact(row.per_million?.[id]),
});

const factorsOf = ({ factors, discount }: PriceRow): string =>
  [
    ...Object.entries(factors ?? {}).map(([name, factor]) => `${name} × ${factor}`),
    ...(discount === null ? [] : [`${Math.round(discount * 100)} % off`]),
  ].join(', ');

const origins = { team: 'this team', instance: 'all teams', built_in: 'built in', list: 'price list' } as const;

export const priceColumns = (onRemove: ((id: string) => void) | null): readonly Column<PriceRow>[] => [
  {
    id: 'model',
    header: 'Model',
    value: (row) => row.model,
    cell: (row) => (
      <span
        className={row.effective ? 'font-medium' : 'text-quiet line-through'}
        title={row.effective ? undefined : 'Another row has the say now'}
      >
        {row.model}
      </span>
    ),
  },
  {
    id: 'factors',
    header: 'Factors',
    isWide: true,
    hint: 'What a tier or speed multiplies the price by',
    value: factorsOf,
    cell: (row) => (
      <span className="block max-w-48 truncate text-quiet" title={factorsOf(row)}>
        {factorsOf(row)}
      </span>
    ),
  },
  { id: 'provider', header: 'Sold by', value: (row) => row.provider, cell: (row) => row.provider ?? 'anyone' },
  rate('input', 'Input /M'),
  rate('cache_read', 'Cached /M'),
  rate('output', 'Output /M'),
  {
    id: 'from',
    header: 'From',
    isWide: true,
    value: (row) => row.from,
    cell: (row) => row.from?.slice(0, 10) ?? 'always',
  },
  {
    id: 'until',
    header: 'Until',
    isWide: true,
    value: (row) => row.until,
    cell: (row) => row.until?.slice(0, 10) ?? '–',
  },
  { id: 'origin', header: 'Set for', value: (row) => row.origin, cell: (row) => <Badge>{origins[row.origin]}</Badge> },
  {
    id: 'remove',
    header: '',
    cell: (row) =>
      onRemove !== null && row.id !== null && row.origin === 'team' ? (
        <Button tone="danger" compact onClick={() => onRemove(row.id ?? '')}>
          Remove
        </Button>
      ) : null,
  },
];
