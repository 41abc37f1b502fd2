/** How much of the most, as a bar. */
export function Meter({ value, max, label }: { value: number; max: number; label: string }) {
  const part = max === 0 ? 0 : Math.round((value / max) * 100);
  return (
    <div
      role="img"
      aria-label={`${label}: ${part} %`}
      className="mt-1.5 h-1.5 w-40 overflow-hidden rounded-full bg-raised"
    >
      <div className="h-full rounded-full bg-accent" style={{ width: `${part}%` }} />
    </div>
  );
}
