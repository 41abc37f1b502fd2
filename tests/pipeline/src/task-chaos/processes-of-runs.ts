import { readdirSync, readFileSync } from 'node:fs';

const read = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // It ended, or it is another user's.
    return '';
  }
};

/** What still runs of the tasks whose crews lie in a folder: their programs, and what those left behind. */
export function processesOfRuns(folder: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      const environment = read(`/proc/${pid}/environ`);
      return environment.includes('TELLTALE_TASK_ID=') && environment.includes(`HOME=${folder}\0`);
    })
    .map((pid) => `${pid} ${read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim()}`);
}
