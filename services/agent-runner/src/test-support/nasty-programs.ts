import type { RunLimits } from '../limits/run-limits.ts';
import type { EndReason } from '../run/end-reason.ts';

export type NastyProgram = {
  name: string;
  argv: readonly string[];
  reason: EndReason;
  limits?: RunLimits;
  /** Default: 300, so that the whole ladder is seen soon. */
  graceMs?: number;
  exitCode?: number;
  /** Bytes of output that must have been counted. */
  outputBytes?: number;
  /** Among the few that every test run tries. */
  quick?: boolean;
};

const MiB = 1024 * 1024;
const bash = (script: string): string[] => ['bash', '-c', script];
const node = (script: string): string[] => [process.execPath, '-e', script];
/** Longer than any run here: what is left of it afterwards was not ended. */
const forever = 'sleep 300';
const soon = { timeout: 600 };

/**
 * Programs that run away, hang, hide, hold on, flood and crash, with the reason that each must end for. Written for bash
 * and node alone; `contained` says that the kernel holds a run to its processes.
 */
export const nastyPrograms = ({ contained }: { contained: boolean }): NastyProgram[] => [
  {
    name: 'a fork bomb under a limit of processes',
    // Without a control group nothing would hold it: then one that grows as fast, to an end.
    argv: bash(contained ? 'f() { f | f & }; f; wait' : `for i in {1..120}; do ${forever} & done; wait`),
    limits: { processes: 20 },
    reason: 'processes',
    quick: true,
  },
  {
    name: 'an orphan in its own session that holds stdout',
    argv: bash(`setsid ${forever} & echo left`),
    reason: 'completed',
    exitCode: 0,
  },
  {
    name: 'an orphan that holds stderr only',
    argv: bash(`setsid ${forever} >/dev/null & exit 4`),
    reason: 'failed',
    exitCode: 4,
  },
  {
    name: 'SIGTERM is ignored',
    argv: bash(`trap '' TERM; while :; do sleep 0.1; done`),
    limits: soon,
    reason: 'timeout',
    quick: true,
  },
  {
    name: 'it stops itself',
    argv: bash(`kill -STOP $$; ${forever}`),
    limits: { idle: 500 },
    reason: 'idle',
    quick: true,
  },
  {
    name: 'it stops its child and waits for it',
    argv: bash(`${forever} & kill -STOP $!; wait`),
    limits: soon,
    reason: 'timeout',
  },
  {
    name: 'it takes all memory',
    argv: node('const k = []; for (;;) k.push(Buffer.alloc(16e6, 1))'),
    limits: { memory: 300 * MiB },
    reason: 'memory',
    quick: true,
  },
  {
    name: 'it takes memory in many small processes',
    argv: bash(
      'for i in 1 2 3 4 5 6; do bash -c \'x=$(head -c 40000000 /dev/zero | tr "\\0" x); sleep 300\' & done; wait',
    ),
    limits: { memory: 120 * MiB },
    reason: 'memory',
  },
  {
    name: 'it leaks files until it may open no more',
    argv: bash('ulimit -n 64; for ((i = 3; i < 500; i++)); do eval "exec $i</dev/null" || exit 9; done'),
    reason: 'failed',
  },
  {
    name: 'it fills the disk, under a limit of its own',
    argv: bash(
      'f=$(mktemp); trap "rm -f $f" EXIT; (ulimit -f 1024; exec dd if=/dev/zero of=$f bs=64k 2>/dev/null); exit $?',
    ),
    reason: 'failed',
  },
  {
    name: 'as much output as it can, under a limit',
    argv: ['yes', 'x'.repeat(4_000)],
    limits: { output: 20 * MiB },
    reason: 'output',
    quick: true,
  },
  {
    name: '200 MB of lines',
    argv: bash(`yes ${'x'.repeat(4_000)} | head -c 200000000`),
    reason: 'completed',
    outputBytes: 200_000_000,
  },
  {
    name: 'a line of 1 GB without an end',
    argv: bash('head -c 1000000000 /dev/zero | tr "\\0" x'),
    reason: 'completed',
    outputBytes: 1_000_000_000,
  },
  {
    name: 'a line of 30 MB without an end',
    argv: bash('head -c 30000000 /dev/zero | tr "\\0" x'),
    reason: 'completed',
    outputBytes: 30_000_000,
    quick: true,
  },
  { name: 'binary noise', argv: bash('head -c 3000000 /dev/urandom'), reason: 'completed', outputBytes: 3_000_000 },
  {
    name: 'control sequences without end',
    argv: bash(`for i in {1..2000}; do printf '\\e]0;%0200d\\a\\e[2J\\e[31m\\e[?1049h' $i; done`),
    reason: 'completed',
  },
  {
    name: 'characters cut in the middle',
    argv: bash(`for i in {1..50}; do printf '\\xf0\\x9f'; sleep 0.01; printf '\\x98\\x80\\n'; done`),
    reason: 'completed',
  },
  {
    name: 'zombies that nobody reaps',
    argv: bash(`for i in {1..40}; do true & done; exec ${forever}`),
    limits: soon,
    reason: 'timeout',
  },
  {
    name: 'a daemon that forked twice',
    argv: bash(`( (setsid ${forever} >/dev/null 2>&1 </dev/null &) ); exit 0`),
    reason: 'completed',
    exitCode: 0,
    quick: true,
  },
  {
    name: 'a daemon without its environment',
    argv: bash(`env -i setsid ${forever} >/dev/null 2>&1 & disown; exit 0`),
    reason: 'completed',
    exitCode: 0,
    quick: true,
  },
  {
    name: 'nohup and disown',
    argv: bash(`nohup ${forever} >/dev/null 2>&1 & disown; exit 0`),
    reason: 'completed',
    exitCode: 0,
  },
  {
    name: 'programs that replace themselves',
    argv: bash(`exec bash -c 'exec bash -c "exec -a kworker ${forever}"'`),
    limits: soon,
    reason: 'timeout',
  },
  {
    name: 'jobs in groups of their own',
    argv: bash(`set -m; ${forever} & ${forever} & ${forever} & wait`),
    limits: soon,
    reason: 'timeout',
  },
  {
    name: 'a child on every SIGTERM',
    argv: bash(`trap 'setsid ${forever} & ${forever} &' TERM; while :; do sleep 0.1; done`),
    limits: soon,
    reason: 'timeout',
  },
  {
    name: 'a tree of which every level ignores SIGTERM',
    argv: bash(`trap '' TERM; f() { if (($1 > 0)); then f $(($1 - 1)) & fi; while :; do sleep 0.2; done; }; f 12`),
    limits: soon,
    reason: 'timeout',
  },
  {
    name: 'it goes on forking after its parent ended',
    argv: bash('(while :; do sleep 0.05; done) & exit 0'),
    reason: 'completed',
    exitCode: 0,
  },
  {
    name: 'children that pass the torch',
    argv: bash('g() { sleep 0.05; g & }; g & exit 0'),
    reason: 'completed',
    exitCode: 0,
  },
  {
    name: 'it closes its output and sleeps',
    argv: bash(`exec 0<&- 1>&- 2>&-; ${forever}`),
    limits: { idle: 500 },
    reason: 'idle',
  },
  {
    name: 'it spins on every core',
    argv: bash('for i in 1 2 3 4; do (while :; do :; done) & done; wait'),
    limits: { cpu: 800 },
    reason: 'cpu',
  },
  {
    name: 'it handles SIGTERM longer than it may',
    argv: bash('trap "sleep 30" TERM; while :; do sleep 0.1; done'),
    limits: soon,
    reason: 'timeout',
  },
  { name: 'it crashes', argv: bash('kill -SEGV $$'), reason: 'failed', exitCode: 139 },
  { name: 'it gives up', argv: bash('kill -ABRT $$'), reason: 'failed', exitCode: 134 },
  { name: 'somebody kills it', argv: bash('kill -KILL $$'), reason: 'killed', exitCode: 137, quick: true },
  { name: 'it kills its whole group', argv: bash(`${forever} & kill -TERM 0; ${forever}`), reason: 'killed' },
  {
    name: 'hundreds of short children',
    argv: bash('for i in {1..300}; do /bin/true; done'),
    reason: 'completed',
    exitCode: 0,
  },
  {
    name: 'its folder is gone',
    argv: bash('d=$(mktemp -d); cd $d; rmdir $d; echo still here; exit 0'),
    reason: 'completed',
    exitCode: 0,
  },
];
