/** Calls at once, and then at most once in `ms`: what is asked meanwhile is done together at the end. */
export function throttle(work: () => void, ms: () => number): (() => void) & Disposable {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isAsked = false;
  const rest = (): void => {
    timer = setTimeout(() => {
      timer = undefined;
      if (!isAsked) return;
      isAsked = false;
      work();
      rest();
    }, ms());
  };
  const ask = (): void => {
    if (timer !== undefined) {
      isAsked = true;
      return;
    }
    work();
    rest();
  };
  return Object.assign(ask, { [Symbol.dispose]: () => clearTimeout(timer) });
}
