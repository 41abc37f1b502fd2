import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve, sep } from 'node:path';
import type { ToolUse } from '../script.ts';

export type ToolResult = { content: string; isError: boolean };

/** A path that stays in the folder that the agent works in. */
function inside(path: string | undefined): string {
  const full = resolve(path ?? '');
  if (!full.startsWith(process.cwd() + sep)) throw new Error(`${path} lies outside the workspace`);
  return full;
}

function runShell(command: string | undefined): ToolResult {
  const argv = ['-c', command ?? 'true'];
  // The name "node" means the one that runs this agent.
  const { status, stdout, stderr } = spawnSync('sh', argv, { encoding: 'utf8', timeout: 10_000 });
  return { content: `${stdout}${stderr}`.trim(), isError: status !== 0 };
}

/** Does what the model asked for. */
export function useTool({ name, input }: ToolUse): ToolResult {
  try {
    switch (name) {
      case 'Write':
        writeFileSync(inside(input['path']), input['content'] ?? '');
        return { content: `wrote ${input['path']}`, isError: false };
      case 'Read':
        return { content: readFileSync(inside(input['path']), 'utf8'), isError: false };
      case 'Bash':
        return runShell(input['command']);
    }
  } catch (error) {
    return { content: error instanceof Error ? error.message : String(error), isError: true };
  }
}
