import { scope, type Scope } from '@telltale/contracts/http/keys';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { apiOf } from '../../server/api.ts';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Dialog } from '../../ui/dialog.tsx';

const meanings: Record<Scope, string> = {
  ingest: 'send records',
  read: 'look and listen',
  runner: 'run and watch agents',
  admin: 'make keys, set prices, replay',
};

/** Makes a key; it is shown here once and never again. */
export function NewKeyDialog({ team, onClose }: { team: string; onClose: () => void }) {
  const cache = useQueryClient();
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<readonly Scope[]>(['ingest', 'read']);
  const shown = useRef<HTMLElement>(null);
  const make = useMutation({
    mutationFn: () =>
      apiOf(team).createKey({
        scopes: [...scopes],
        team_id: team,
        ...(name.trim() === '' ? {} : { name: name.trim() }),
      }),
    onSuccess: () => void cache.invalidateQueries({ queryKey: ['keys', team] }),
  });
  const made = make.data;
  return (
    <Dialog
      open
      onOpenChange={(next) => (next ? undefined : onClose())}
      title={made === undefined ? `New key of team ${team}` : 'Keep this key now'}
    >
      {made === undefined ? (
        <form
          className="flex flex-col gap-4 px-5 pb-4 text-sm"
          onSubmit={(event) => {
            event.preventDefault();
            make.mutate();
          }}
        >
          <label className="flex flex-col gap-1 font-medium">
            Name
            <input
              value={name}
              onChange={(event) => setName(event.target.value)}
              placeholder="ci"
              className="h-9 rounded-md border border-edge bg-panel px-2.5 font-normal"
            />
          </label>
          <fieldset className="flex flex-col gap-1.5">
            <legend className="pb-1.5 font-medium">It may</legend>
            {scope.options.map((one) => (
              <label key={one} className="flex items-center gap-2">
                <input
                  type="checkbox"
                  checked={scopes.includes(one)}
                  onChange={(event) =>
                    setScopes(event.target.checked ? [...scopes, one] : scopes.filter((other) => other !== one))
                  }
                  className="size-4 accent-accent"
                />
                <span className="w-14 font-mono text-xs">{one}</span>{' '}
                <span className="text-quiet">{meanings[one]}</span>
              </label>
            ))}
          </fieldset>
          {make.error === null ? null : (
            <p role="alert" className="text-bad">
              {make.error.message}
            </p>
          )}
          <div className="flex justify-end gap-2">
            <Button onClick={onClose}>Cancel</Button>
            <Button type="submit" tone="primary" disabled={scopes.length === 0 || make.isPending}>
              Make it
            </Button>
          </div>
        </form>
      ) : (
        <div className="flex flex-col gap-3 px-5 pb-4 text-sm">
          <p className="text-quiet">It is shown this once; only a hash of it is kept.</p>
          <div className="flex items-center gap-2 rounded-md border border-line bg-raised p-2 pl-3">
            <code
              ref={shown}
              tabIndex={0}
              className="min-w-0 flex-1 overflow-x-auto font-mono text-xs whitespace-nowrap"
            >
              {made.key}
            </code>
            <CopyButton text={made.key} from={() => shown.current} />
          </div>
          <div className="flex justify-end">
            <Button tone="primary" onClick={onClose}>
              Done
            </Button>
          </div>
        </div>
      )}
    </Dialog>
  );
}
