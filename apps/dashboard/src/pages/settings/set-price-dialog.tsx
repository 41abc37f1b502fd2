import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { apiOf } from '../../server/api.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';

const fields = [
  { name: 'input', label: 'Input' },
  { name: 'cache_read', label: 'Cache read' },
  { name: 'output', label: 'Output' },
] as const;
type Rates = Partial<Record<(typeof fields)[number]['name'], string>>;

const box = 'h-9 rounded-md border border-edge bg-panel px-2.5 font-normal';

/** Sets what a model costs the team from now on. Amounts stay decimal strings all the way: no digit is lost. */
export function SetPriceDialog({ team, model: asked, onClose }: { team: string; model: string; onClose: () => void }) {
  const cache = useQueryClient();
  const [model, setModel] = useState(asked);
  const [rates, setRates] = useState<Rates>({});
  const save = useMutation({
    mutationFn: () => {
      const per_million = Object.fromEntries(Object.entries(rates).filter(([, value]) => value.trim() !== ''));
      return apiOf(team).setPrices({ version: 1, prices: [{ model: model.trim(), per_million }] });
    },
    onSuccess: () => {
      void cache.invalidateQueries({ queryKey: ['prices', team] });
      onClose();
    },
  });
  return (
    <Dialog open onOpenChange={(next) => (next ? undefined : onClose())} title={`Set a price for team ${team}`}>
      <form
        className="flex flex-col gap-4 px-5 pb-4 text-sm"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <label className="flex flex-col gap-1 font-medium">
          Model
          <input required value={model} onChange={(event) => setModel(event.target.value)} className={box} />
        </label>
        <fieldset className="grid grid-cols-3 gap-3">
          <legend className="pb-1.5 font-medium">US dollars per million tokens</legend>
          {fields.map(({ name, label }) => (
            <label key={name} className="flex min-w-0 flex-col gap-1">
              {label}
              <input
                inputMode="decimal"
                pattern="\d{1,10}(\.\d{1,12})?"
                title="A decimal such as 0.25"
                value={rates[name] ?? ''}
                onChange={(event) => setRates({ ...rates, [name]: event.target.value })}
                className={`${box} nums min-w-0`}
              />
            </label>
          ))}
        </fieldset>
        <p className="text-quiet">
          Calls from now on cost this. <code className="font-mono text-xs">telltale prices reprice</code> applies it to
          calls that are stored.
        </p>
        {save.error === null ? null : (
          <p role="alert" className="text-bad">
            {save.error.message}
          </p>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" tone="primary" disabled={save.isPending}>
            Set
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
