import type { Command } from 'commander';

/** The limits of a run, as docs/limits.md lists them. */
export const withLimits = (command: Command): Command =>
  command
    .option('--timeout <time>', 'end it after this time, such as 10m')
    .option('--idle-timeout <time>', 'end it after this time without output, call or git activity')
    .option('--max-cpu-seconds <n>', 'end it when all its processes together used this much processor time')
    .option('--max-memory <size>', 'end it when all its processes together hold more memory, such as 2GiB')
    .option('--max-processes <n>', 'end it when it has more processes')
    .option('--grace <time>', 'time between SIGTERM and SIGKILL (default 5s)');
