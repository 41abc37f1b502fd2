import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { CrewProfile } from '../crews/crew-profile.ts';

/** The private folder of one run of a task: its inputs, what it printed, and a place to work in. */
export type TaskFolder = {
  inputsFile: string;
  workFolder: string;
  stdoutFile: string;
  stderrFile: string;
  /** Whether the run was begun, by this process or by one before it. */
  begun(): boolean;
  /** Written before the run begins, with what it began by: from then on it is never begun again. */
  markBegun(profile: CrewProfile): void;
  remove(): void;
};

export const taskFolders = (dataDir: string): string => join(dataDir, 'tasks');

const factsFile = 'inputs.json';
const begunFile = 'begun';

/** Opens the folder of a run, anew or as a process before this one left it. */
export function openTaskFolder(root: string, runId: string, facts: Readonly<Record<string, unknown>>): TaskFolder {
  const folder = join(root, encodeURIComponent(runId));
  const workFolder = join(folder, 'work');
  mkdirSync(workFolder, { recursive: true, mode: 0o700 });
  const inputsFile = join(folder, factsFile);
  writeFileSync(inputsFile, JSON.stringify(facts, null, 2), { mode: 0o600 });
  const mark = join(folder, begunFile);
  return {
    inputsFile,
    workFolder,
    stdoutFile: join(folder, 'stdout'),
    stderrFile: join(folder, 'stderr'),
    begun: () => existsSync(mark),
    markBegun: (profile) => writeFileSync(mark, JSON.stringify(profile), { mode: 0o600 }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Runs that have a folder here and are not held any more. */
export function runsNotHeld(root: string, heldRunIds: ReadonlySet<string>): string[] {
  const names = existsSync(root) ? readdirSync(root) : [];
  return names.map((name) => decodeURIComponent(name)).filter((runId) => !heldRunIds.has(runId));
}

const facts = z.object({
  task_id: z.string(),
  crew_id: z.string(),
  agent_id: z.string(),
  session_id: z.string().nullable(),
  repo_url: z.string().nullable(),
});

/** Whose run it was, by what its folder says; null when it says nothing. */
export function readTaskFacts(root: string, runId: string): z.output<typeof facts> | null {
  try {
    const text = readFileSync(join(root, encodeURIComponent(runId), factsFile), 'utf8');
    return facts.parse(JSON.parse(text));
  } catch {
    // It was being written when its writer died: then nothing had begun.
    return null;
  }
}

/** The crew as it was when a run began, whatever its file says by now; null when it did not begin. */
export function profileOfRun(root: string, runId: string): CrewProfile | null {
  const file = join(root, encodeURIComponent(runId), begunFile);
  // What was being written when its writer died is of a run that was not begun yet.
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as CrewProfile;
  } catch {
    return null;
  }
}

export function removeTaskFolder(root: string, runId: string): void {
  rmSync(join(root, encodeURIComponent(runId)), { recursive: true, force: true });
}
