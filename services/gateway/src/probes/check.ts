/** One real look at something we need. It says how it went in words; a failure is thrown. */
export type Check = {
  name: string;
  look: (signal: AbortSignal) => Promise<string>;
};

export type CheckResult = { name: string; ok: boolean; latencyMs: number; details: string };

const words = (error: unknown): string =>
  (error instanceof Error ? error.message || error.name : String(error)).slice(0, 300);

/** A check that does not come back within `withinMs` failed: a hanging server is as bad as none. Never throws. */
export async function runCheck({ name, look }: Check, withinMs: number): Promise<CheckResult> {
  const started = performance.now();
  const stop = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      stop.abort();
      reject(new Error(`no answer within ${withinMs} ms`));
    }, withinMs);
  });
  const result = (ok: boolean, details: string): CheckResult => ({
    name,
    ok,
    latencyMs: performance.now() - started,
    details,
  });
  try {
    return result(true, await Promise.race([look(stop.signal), late]));
  } catch (error) {
    return result(false, words(error));
  } finally {
    clearTimeout(timer);
  }
}
