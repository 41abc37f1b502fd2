import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { apiOf } from '../../server/api.ts';
import { pricesQuery } from '../../server/operations.ts';
import { Answer } from '../../ui/answer.tsx';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { SearchBox } from '../../ui/search-box.tsx';
import { TablePanel } from '../../ui/table-panel.tsx';
import { arrangePrices } from './arrange-prices.ts';
import { priceColumns } from './price-columns.tsx';
import { SetPriceDialog } from './set-price-dialog.tsx';

/** What a call costs: the rows somebody set, or with a model's name every row that has a say in its price. */
export function PricesSection({ team, mayChange }: { team: string; mayChange: boolean }) {
  const cache = useQueryClient();
  const [model, setModel] = useState('');
  const [isSetting, setSetting] = useState(false);
  const query = useQuery(pricesQuery(team, model === '' ? undefined : model));
  const remove = useMutation({
    mutationFn: (id: string) => apiOf(team).removePrice(id),
    onSuccess: () => void cache.invalidateQueries({ queryKey: ['prices', team] }),
  });
  const { mutate } = remove;
  const columns = useMemo(() => priceColumns(mayChange ? mutate : null), [mayChange, mutate]);
  return (
    <>
      <Answer query={query}>
        {({ prices }) => (
          <TablePanel
            title="Prices"
            file="prices"
            isBounded
            columns={columns}
            rows={arrangePrices(prices)}
            rowKey={(row) =>
              row.id ?? `${row.origin} ${row.provider ?? ''} ${row.model} ${row.from ?? ''} ${row.until ?? ''}`
            }
            tools={
              <>
                <SearchBox label="Price of a model" value={model} onChange={setModel} />
                {mayChange ? <Button onClick={() => setSetting(true)}>Set a price</Button> : null}
              </>
            }
            empty={
              <EmptyState title={model === '' ? 'Nobody set a price' : `Nobody knows a price of ${model}`}>
                {model === ''
                  ? 'Calls cost what the price list that ships with Telltale says; type a model’s name to see it.'
                  : 'Its calls count as unpriced until somebody sets one.'}
              </EmptyState>
            }
          />
        )}
      </Answer>
      {isSetting ? <SetPriceDialog team={team} model={model} onClose={() => setSetting(false)} /> : null}
    </>
  );
}
