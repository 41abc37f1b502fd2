/**
 * How whoever starts a service process starts Node. V8 lets the young generation of a busy process grow to 128 MiB, which
 * is a third of what a collector may take in all; within 16 MiB it stores as fast.
 */
export const nodeFlags = ['--max-semi-space-size=8'] as const;
