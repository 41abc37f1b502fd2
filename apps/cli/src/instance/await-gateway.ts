import type { Clock } from '@telltale/runtime/clock';

/** Long enough for containers that were started a moment ago. */
const patienceMs = 15_000;
const everyMs = 250;

/**
 * Waits until something answers at `url`, at most 15 s: making a key is the first thing that is asked of a deployment, often
 * in the second in which it starts. Says so once. Resolves in any case; the question itself then fails with its own words.
 */
export async function awaitGateway(
  url: string,
  { clock, say }: { clock: Clock; say: (line: string) => void },
): Promise<void> {
  const end = clock.monotonic() + patienceMs;
  let told = false;
  while (clock.monotonic() < end) {
    const answered = await fetch(new URL('/livez', url), { signal: AbortSignal.timeout(2_000) }).then(
      () => true,
      () => false,
    );
    if (answered) return;
    if (!told) say(`waiting for ${url} to answer`);
    told = true;
    await clock.sleep(everyMs);
  }
}
