import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import { Button } from './button.tsx';
import { createOneAtATime } from './one-at-a-time.ts';

/**
 * Puts a text on the clipboard; where the browser refuses that, it is selected for Ctrl-C. A text that is made first
 * and comes to nothing (null) copies nothing; it is made once, however often the button is pressed meanwhile.
 */
export function CopyButton({
  text,
  label = 'Copy',
  from,
}: {
  text: string | (() => Promise<string | null>);
  label?: string;
  from?: () => Element | null;
}) {
  const [done, setDone] = useState<string | null>(null);
  const [oneAtATime] = useState(createOneAtATime);
  const copy = async (): Promise<void> => {
    const wanted = typeof text === 'string' ? text : await oneAtATime(text);
    if (wanted === null) return;
    try {
      await navigator.clipboard.writeText(wanted);
      setDone('Copied');
    } catch {
      const element = from?.();
      if (element) getSelection()?.selectAllChildren(element);
      setDone('Selected');
    }
  };
  return (
    <Button onClick={() => void copy()} onBlur={() => setDone(null)}>
      {done === 'Copied' ? <Check aria-hidden className="size-3.5" /> : <Copy aria-hidden className="size-3.5" />}
      <span aria-live="polite">{done ?? label}</span>
    </Button>
  );
}
