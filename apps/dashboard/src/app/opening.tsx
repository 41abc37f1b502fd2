import icon from './icon.svg';

/** The page before it is known who is signed in: what `index.html` shows before any script has come, so that nothing jumps. */
export function Opening() {
  return (
    <div className="min-h-dvh md:grid md:grid-cols-[12.5rem_minmax(0,1fr)]">
      <div className="flex h-12 items-center gap-2 px-4 md:h-auto md:items-start md:px-4.5 md:py-4">
        <img src={icon} alt="" className="size-5" />
        <span className="text-base leading-5 font-semibold tracking-tight">Telltale</span>
      </div>
      <div role="status" aria-label="Loading" className="flex flex-col gap-2.5 p-4 md:px-6 md:pt-14">
        <div className="h-4 w-full rounded bg-raised" />
        <div className="h-4 w-11/12 rounded bg-raised" />
        <div className="h-4 w-4/5 rounded bg-raised" />
        <div className="h-4 w-full rounded bg-raised" />
      </div>
    </div>
  );
}
