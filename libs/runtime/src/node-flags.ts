/**
 * How whoever starts a service process starts Node. V8 lets the young generation of a busy process grow to 128 MiB, which
 * is a third of what a collector may take in all; within 16 MiB it stores as fast.
 */
export const nodeFlags = ['--max-semi-space-size=8'] as const;

/**
 * For the process that holds the runs. Its memory is that of what it holds, not of what it held: a flood of lines would let
 * the heap grow to several times that.
 */
export const keeperFlags = [...nodeFlags, '--heap-growing-percent=30'] as const;
