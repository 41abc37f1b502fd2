import { setTimeout as delay } from 'node:timers/promises';
import readTree from 'pidtree';
import pidusage from 'pidusage';

// What one would build of them: every so often, for each run, its tree and then the usage of all processes in it.
const [everyMs = 2_000, ...pids] = process.argv.slice(2).map(Number);
let rounds = 0;
process.on('message', () => process.send?.(rounds));
process.on('disconnect', () => process.exit());

/** Twenty at once: each question for a tree starts a process. */
const atOnce = 20;
const lookAt = async (pid: number): Promise<void> => {
  try {
    await pidusage(await readTree(pid, { root: true }));
  } catch {
    // It ended between the two questions.
  }
};

process.send?.('started');
for (;;) {
  const from = performance.now();
  for (let at = 0; at < pids.length; at += atOnce) await Promise.all(pids.slice(at, at + atOnce).map(lookAt));
  rounds += 1;
  await delay(Math.max(0, everyMs - (performance.now() - from)));
}
