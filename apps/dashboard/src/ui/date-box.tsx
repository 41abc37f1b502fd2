/** A day, or none. */
export function DateBox({
  label,
  value,
  onChange,
}: {
  label: string;
  value: string | undefined;
  onChange: (day: string | undefined) => void;
}) {
  return (
    <label className="inline-flex items-center gap-1.5 text-xs text-quiet">
      {label}
      <input
        type="date"
        value={value ?? ''}
        onChange={(event) => onChange(event.target.value === '' ? undefined : event.target.value)}
        className="h-8 rounded-md border border-line bg-panel px-2 text-sm text-ink"
      />
    </label>
  );
}
