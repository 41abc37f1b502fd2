import { TelltaleError, type ErrorCode } from '@telltale/contracts/errors';
import { TriangleAlert } from 'lucide-react';
import { Button } from './button.tsx';

/** What a person can do about it, where the error's own words do not say. */
const advice: Partial<Record<ErrorCode, string>> = {
  unavailable: 'Health & delivery shows which part is away. What is recorded meanwhile is kept and follows.',
  forbidden: 'Sign in with a key that has this scope; `telltale keys create --scopes read,admin` makes one.',
  not_found: 'It may belong to another team, or nothing of it has arrived yet.',
  unsupported_filter: 'Leave one of the filters out.',
};

export function ErrorState({ error, onRetry }: { error: Error; onRetry?: () => void }) {
  const hint =
    error instanceof TelltaleError
      ? advice[error.code]
      : 'Reload the page; if it stays, its cause is in the browser’s console.';
  return (
    <div role="alert" className="flex flex-col items-center gap-2 px-6 py-10 text-center">
      <TriangleAlert aria-hidden className="size-5 text-bad" />
      <p className="max-w-prose font-medium text-pretty">{error.message}</p>
      {hint === undefined ? null : <p className="max-w-prose text-sm text-quiet">{hint}</p>}
      {onRetry === undefined ? null : <Button onClick={onRetry}>Try again</Button>}
    </div>
  );
}
