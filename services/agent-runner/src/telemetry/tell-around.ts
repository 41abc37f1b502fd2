/** The run around this one, on loopback, answers at once; one that does not has other troubles. */
const patienceMs = 1_000;

/** Behind the endpoint of a run: a run within it begins. */
export const withinPath = '/within';

/**
 * Tells the run around this one, before anything starts, that what it reads from here on may be the output of a run within it,
 * which tells by itself what its program prints. Fails open: then both tell of it.
 */
export async function tellAround(around: string | undefined): Promise<void> {
  if (around === undefined || !URL.canParse(around)) return;
  const signal = AbortSignal.timeout(patienceMs);
  await fetch(`${around}${withinPath}`, { method: 'POST', signal }).catch(() => undefined);
}
