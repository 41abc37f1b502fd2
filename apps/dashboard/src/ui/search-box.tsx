import { Search } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';

/** A free-text filter; `/` jumps into it. What is typed counts after a short rest. */
export function SearchBox({
  label,
  value,
  onChange,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
}) {
  const [text, setText] = useState(value);
  const report = useRef(onChange);
  report.current = onChange;
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text === value) return undefined;
    const timer = setTimeout(() => report.current(text), 180);
    return () => clearTimeout(timer);
  }, [text, value]);
  return (
    <label className="relative inline-flex min-w-0 items-center">
      <Search aria-hidden className="pointer-events-none absolute left-2 size-3.5 text-quiet" />
      <input
        type="search"
        data-page-search
        aria-label={label}
        placeholder={`${label}  /`}
        value={text}
        onChange={(event) => setText(event.target.value)}
        className="h-8 w-52 max-w-full rounded-md border border-line bg-panel pr-2 pl-7 text-sm placeholder:text-quiet"
      />
    </label>
  );
}
