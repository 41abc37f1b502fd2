import { useCallback, useSyncExternalStore } from 'react';
import { formatAge, formatInstant } from './format-time.ts';
import { lastSecond, onSecond } from './last-second.ts';

/** How long ago something was, counting on; the exact time on hover. Drawn again only when its word changes. */
export function Ago({ at }: { at: string }) {
  const age = useSyncExternalStore(
    onSecond,
    useCallback(() => formatAge(lastSecond() - Date.parse(at)), [at]),
  );
  return (
    <time dateTime={at} title={formatInstant(at)} className="nums whitespace-nowrap">
      {age}
    </time>
  );
}
