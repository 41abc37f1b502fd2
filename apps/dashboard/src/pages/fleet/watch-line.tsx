import { useRef } from 'react';
import { CopyButton } from '../../ui/copy-button.tsx';

/** The line to type in a terminal, ready to be copied; `make` completes it first. */
export function WatchLine({ command, make }: { command: string; make?: () => Promise<string | null> }) {
  const line = useRef<HTMLElement>(null);
  return (
    <div className="flex items-center gap-2 rounded-md border border-line bg-raised p-2 pl-3">
      <code ref={line} tabIndex={0} className="min-w-0 flex-1 overflow-x-auto font-mono text-xs whitespace-nowrap">
        {command}
      </code>
      <CopyButton text={make ?? command} from={() => line.current} />
    </div>
  );
}
