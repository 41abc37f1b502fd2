import { randomUUID } from 'node:crypto';
import { constants, Stats } from 'node:fs';
import { mkdir, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { RunnerError } from './runner-error.ts';
import { diskProblem, pathProblem } from './workspace-path.ts';

export type GeneratedFile = { path: string; content: string };

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;

/** Throws RunnerError (`REFUSED`) unless the workspace is a folder that is there. */
export async function checkWorkspace(
  workspacePath: string,
  { service, operation }: { service: string; operation: string },
): Promise<void> {
  const found = await stat(workspacePath).catch((cause: unknown) => cause);
  if (found instanceof Stats && found.isDirectory()) return;
  const cause = found instanceof Error ? found : undefined;
  throw new RunnerError(`${service}: the workspace ${JSON.stringify(workspacePath.slice(0, 200))} is no folder`, {
    code: 'REFUSED',
    service,
    operation,
    attempts: 0,
    retryable: false,
    cause,
  });
}

/** Throws RunnerError (`UNSAFE_PATH`) unless every file lies in the workspace; nothing is written. */
export async function checkGeneratedFiles(
  workspacePath: string,
  files: readonly GeneratedFile[],
  { service, operation }: { service: string; operation: string },
): Promise<void> {
  const seen = new Set<string>();
  for (const { path } of files) {
    const twice = seen.has(path) ? 'is there twice' : null;
    const problem = pathProblem(path) ?? twice ?? (await diskProblem(workspacePath, path));
    seen.add(path);
    if (problem === null) continue;
    throw new RunnerError(`${service}: the file ${JSON.stringify(path.slice(0, 200))} ${problem}`, {
      code: 'UNSAFE_PATH',
      service,
      operation,
      retryable: false,
    });
  }
}

/**
 * Writes generated files into a workspace, all of them or, when any of their paths is not inside of it, none. A file that
 * is there is replaced as a whole and keeps its mode. Throws RunnerError (`UNSAFE_PATH`).
 */
export async function writeGeneratedFiles(workspacePath: string, files: readonly GeneratedFile[]): Promise<void> {
  const what = { service: 'workspace', operation: 'writeGeneratedFiles' };
  await checkGeneratedFiles(workspacePath, files, what);
  const root = await realpath(workspacePath);
  for (const file of files) await writeOne(root, file, what);
}

async function writeOne(
  root: string,
  file: GeneratedFile,
  what: { service: string; operation: string },
): Promise<void> {
  const target = join(root, file.path);
  const parent = dirname(target);
  await mkdir(parent, { recursive: true });
  // What became a link since it was looked at is not followed either.
  await checkGeneratedFiles(root, [file], what);
  const draft = join(parent, `.telltale-${randomUUID()}`);
  const handle = await open(draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o644);
  try {
    await handle.writeFile(file.content, 'utf8');
    const old = await open(target, O_NOFOLLOW).catch(() => null);
    if (old !== null) {
      await handle.chmod((await old.stat()).mode & 0o777);
      await old.close();
    }
    await handle.close();
    await rename(draft, target);
  } catch (error) {
    await handle.close().catch(() => undefined);
    await rm(draft, { force: true });
    throw error;
  }
}
