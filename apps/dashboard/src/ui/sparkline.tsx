import { memo } from 'react';

/** A line without axes, scaled to its own highest value; the label says in words what it shows. */
export const Sparkline = memo(function Sparkline({
  values,
  label,
  isFaded = false,
}: {
  values: readonly number[];
  label: string;
  isFaded?: boolean;
}) {
  const top = Math.max(0, ...values) || 1;
  const step = values.length > 1 ? 100 / (values.length - 1) : 0;
  const points = values
    .map((value, index) => `${(index * step).toFixed(1)},${(22 - (value / top) * 20).toFixed(1)}`)
    .join(' ');
  return (
    <svg
      viewBox="0 0 100 24"
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
      className={`h-6 w-full ${isFaded ? 'text-edge' : 'text-accent'}`}
    >
      {values.length < 2 ? (
        <line x1="0" x2="100" y1="22" y2="22" className="stroke-line" vectorEffect="non-scaling-stroke" />
      ) : (
        <>
          <polygon points={`0,24 ${points} 100,24`} className="fill-current opacity-12" />
          <polyline
            points={points}
            fill="none"
            stroke="currentColor"
            strokeWidth="1.5"
            strokeLinejoin="round"
            vectorEffect="non-scaling-stroke"
          />
        </>
      )}
    </svg>
  );
});
