import { ChevronDown } from 'lucide-react';
import { memo } from 'react';

/** Opens a card to the last lines of its agent. */
export const CardToggle = memo(function CardToggle({
  name,
  isOpen,
  onToggle,
}: {
  name: string;
  isOpen: boolean;
  onToggle: (isOpen: boolean) => void;
}) {
  return (
    <button
      type="button"
      aria-expanded={isOpen}
      aria-label={`Last lines of ${name}`}
      onClick={() => onToggle(!isOpen)}
      className="rounded p-1 text-quiet hover:bg-raised hover:text-ink"
    >
      <ChevronDown aria-hidden className={`size-4 transition-transform ${isOpen ? 'rotate-180' : ''}`} />
    </button>
  );
});
