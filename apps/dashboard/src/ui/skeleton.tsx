const widths = ['w-full', 'w-11/12', 'w-4/5', 'w-full', 'w-3/4'];

/** Stands where something is being fetched, in about its size. */
export function Skeleton({ lines = 4 }: { lines?: number }) {
  return (
    <div role="status" aria-label="Loading" className="flex animate-pulse flex-col gap-2.5 p-4">
      {Array.from({ length: lines }, (_, line) => (
        <div key={line} className={`h-4 rounded bg-raised ${widths[line % widths.length]}`} />
      ))}
    </div>
  );
}
