import type { SetBudgetBody } from '@telltale/contracts/http/budgets';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState, type ReactNode } from 'react';
import { apiOf } from '../../server/api.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';

const subjects = ['team', 'agent', 'session', 'task', 'run'] as const;
const periods = ['run', 'hour', 'day', 'month', 'total'] as const;
const box = 'h-9 min-w-0 rounded-md border border-edge bg-panel px-2.5 font-normal';

function Field({ label, hint, children }: { label: string; hint?: string; children: (id: string) => ReactNode }) {
  const id = useId();
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      {children(id)}
      {hint === undefined ? null : <span className="text-xs text-quiet">{hint}</span>}
    </div>
  );
}

function Choice<T extends string>({
  value,
  options,
  onChange,
  ...rest
}: {
  value: T;
  options: readonly T[];
  onChange: (value: T) => void;
} & ({ id: string } | { 'aria-label': string })) {
  return (
    <select {...rest} value={value} onChange={(event) => onChange(event.target.value as T)} className={box}>
      {options.map((option) => (
        <option key={option} value={option}>
          {option}
        </option>
      ))}
    </select>
  );
}

/** Sets what may be spent. An amount of money stays a decimal string all the way: no digit is lost. */
export function SetBudgetDialog({ team, onClose }: { team: string; onClose: () => void }) {
  const cache = useQueryClient();
  const [name, setName] = useState('');
  const [subject, setSubject] = useState<(typeof subjects)[number]>('team');
  const [subjectId, setSubjectId] = useState('');
  const [period, setPeriod] = useState<(typeof periods)[number]>('day');
  const [measure, setMeasure] = useState<'usd' | 'tokens'>('usd');
  const [amount, setAmount] = useState('');
  const [kind, setKind] = useState<'hard' | 'soft'>('hard');
  const [onUnknown, setOnUnknown] = useState<'allow' | 'warn' | 'block'>('warn');
  const [onUnreachable, setOnUnreachable] = useState<'allow' | 'block'>('allow');

  const body = (): SetBudgetBody => ({
    ...(name.trim() === '' ? {} : { name: name.trim() }),
    subject,
    ...(subject === 'team' || subjectId.trim() === '' ? {} : { subject_id: subjectId.trim() }),
    period,
    ...(measure === 'usd' ? { limit_usd: amount.trim() } : { limit_tokens: Number(amount) }),
    kind,
    ...(measure === 'usd' && kind === 'hard' ? { on_unknown: onUnknown } : {}),
    ...(kind === 'hard' ? { on_unreachable: onUnreachable } : {}),
  });
  const save = useMutation({
    mutationFn: () => apiOf(team).setBudget(body()),
    onSuccess: () => {
      void cache.invalidateQueries({ queryKey: ['budgets', team] });
      onClose();
    },
  });

  return (
    <Dialog open onOpenChange={(next) => (next ? undefined : onClose())} title={`Set a budget for team ${team}`}>
      <form
        className="flex flex-col gap-4 px-5 pb-4 text-sm"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <div className="grid grid-cols-2 gap-3">
          <Field label="Of">
            {(id) => <Choice id={id} value={subject} options={subjects} onChange={setSubject} />}
          </Field>
          <Field label="For">{(id) => <Choice id={id} value={period} options={periods} onChange={setPeriod} />}</Field>
          {subject === 'team' ? null : (
            <Field label={`Which ${subject}`} hint={`Left empty: each ${subject} by itself`}>
              {(id) => (
                <input
                  id={id}
                  value={subjectId}
                  onChange={(event) => setSubjectId(event.target.value)}
                  className={box}
                />
              )}
            </Field>
          )}
          <Field label="Limit">
            {(id) => (
              <span className="flex gap-2">
                <input
                  id={id}
                  required
                  inputMode="decimal"
                  pattern={measure === 'usd' ? String.raw`\d{1,7}(\.\d{1,9})?` : String.raw`\d{1,15}`}
                  title={measure === 'usd' ? 'A decimal such as 5 or 0.25' : 'A whole number'}
                  value={amount}
                  onChange={(event) => setAmount(event.target.value)}
                  className={`${box} nums flex-1`}
                />
                <Choice aria-label="Unit" value={measure} options={['usd', 'tokens']} onChange={setMeasure} />
              </span>
            )}
          </Field>
          <Field label="Kind" hint={kind === 'hard' ? 'Calls beyond it are refused' : 'It is only said'}>
            {(id) => <Choice id={id} value={kind} options={['hard', 'soft']} onChange={setKind} />}
          </Field>
          {kind === 'hard' && measure === 'usd' ? (
            <Field label="Unknown price" hint="A call whose price nobody knows">
              {(id) => (
                <Choice id={id} value={onUnknown} options={['warn', 'allow', 'block']} onChange={setOnUnknown} />
              )}
            </Field>
          ) : null}
          {kind === 'hard' ? (
            <Field label="Unreachable" hint="Nobody can be asked for more">
              {(id) => (
                <Choice id={id} value={onUnreachable} options={['allow', 'block']} onChange={setOnUnreachable} />
              )}
            </Field>
          ) : null}
          <Field label="Name" hint="Left empty: what it is of">
            {(id) => <input id={id} value={name} onChange={(event) => setName(event.target.value)} className={box} />}
          </Field>
        </div>
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
