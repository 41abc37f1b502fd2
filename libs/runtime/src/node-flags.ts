/**
 * How whoever starts a service process starts Node. V8 lets the young generation of a busy process grow to 128 MiB, which
 * is a third of what a collector may take in all; within 16 MiB it stores as fast.
 */
export const nodeFlags = ['--max-semi-space-size=8'] as const;

/**
 * For the process that holds the runs. Its memory is that of what it holds, not of what it held: a flood of lines would let
 * the heap grow to several times that. Its young generation is large from the beginning: a call through the metering proxy
 * leaves 50 kB there, and from 4 MiB on each collection, which holds up the calls of that moment, was one for 60 calls.
 */
export const keeperFlags = [...nodeFlags, '--min-semi-space-size=8', '--heap-growing-percent=30'] as const;
