import type { PeriodName } from '@telltale/contracts/http/query';
import { useNavigate } from '@tanstack/react-router';
import { Segments } from '../ui/segments.tsx';

const periods = [
  { value: 'hour', label: '1 h' },
  { value: 'day', label: '24 h' },
  { value: 'week', label: '7 d' },
  { value: 'month', label: '30 d' },
  { value: 'all', label: 'All' },
] as const;

/** The span of time a page is about; it lies in the address. */
export function PeriodPicker({ value }: { value: PeriodName }) {
  const navigate = useNavigate();
  return (
    <Segments
      label="Time"
      value={value}
      options={periods}
      onChange={(period) => void navigate({ to: '.', search: (before) => ({ ...before, period }) })}
    />
  );
}
