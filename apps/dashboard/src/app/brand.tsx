import icon from './icon.svg';

export function Brand() {
  return (
    <>
      <img src={icon} alt="" className="size-5" />
      <span className="text-base font-semibold tracking-tight">Telltale</span>
    </>
  );
}
