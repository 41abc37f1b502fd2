import type { ActivityLog } from '@telltale/contracts/http/agent-telemetry';
import { memo } from 'react';
import { AnsiText } from '../ui/ansi-text.tsx';
import { formatClock, formatInstant } from '../ui/format-time.ts';

const tones = { debug: 'text-quiet', info: '', warning: 'text-warn', error: 'text-bad' } as const;

export const LogLine = memo(function LogLine({ line }: { line: ActivityLog }) {
  return (
    <div data-line={line.id} className="flex gap-3 px-4 leading-5 hover:bg-raised/70">
      <time dateTime={line.timestamp} title={formatInstant(line.timestamp)} className="nums shrink-0 text-quiet">
        {formatClock(line.timestamp)}
      </time>
      <span className="w-14 shrink-0 truncate text-quiet max-sm:hidden" title={line.source}>
        {line.source}
      </span>
      <span className={`min-w-0 break-all whitespace-pre-wrap ${tones[line.level]}`}>
        <AnsiText text={line.message} />
      </span>
    </div>
  );
});
