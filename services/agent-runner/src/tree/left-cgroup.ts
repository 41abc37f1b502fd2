import { basename } from 'node:path';
import { groupsLeftBy, killGroup, pidsIn, removeGroup } from './run-cgroup.ts';

/** The control group of a run whose maker died. */
type LeftCgroup = {
  name: string;
  pids(): number[];
  /** SIGKILL to all of it at once; false where that takes one signal for each. */
  kill(): boolean;
  remove(): void;
};

/** Whatever a run started is in its group still, whoever its parent is and whatever it did to its environment. */
export function findLeftCgroup(runId: string): LeftCgroup | null {
  const folders = groupsLeftBy(runId);
  if (folders.length === 0) return null;
  return {
    name: basename(folders[0] ?? ''),
    pids: () => [...new Set(folders.flatMap(pidsIn))],
    kill: () => folders.some(killGroup),
    remove: () => folders.forEach(removeGroup),
  };
}
