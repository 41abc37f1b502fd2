import { formatAge } from './format-time.ts';
import { useNow } from './use-now.ts';
import { formatInstant } from './format-time.ts';

/** How long ago something was, counting on; the exact time on hover. */
export function Ago({ at }: { at: string }) {
  const now = useNow();
  return (
    <time dateTime={at} title={formatInstant(at)} className="nums whitespace-nowrap">
      {formatAge(now - Date.parse(at))}
    </time>
  );
}
