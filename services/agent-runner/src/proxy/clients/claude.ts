import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Environment } from '../../run/child-environment.ts';

/** What its settings say goes before the environment. */
const settings = z.object({ env: z.record(z.string(), z.unknown()) });
const elsewhere = ['ANTHROPIC_BASE_URL', 'CLAUDE_CODE_USE_BEDROCK', 'CLAUDE_CODE_USE_VERTEX'];

function names(path: string): string[] {
  try {
    return Object.keys(settings.parse(JSON.parse(readFileSync(path, 'utf8'))).env);
  } catch {
    // Not there, not ours to read, or without variables.
    return [];
  }
}

/** Whether Claude Code's own settings say where it calls: a variable would change nothing there. */
export function claudeIsSet(cwd: string, env: Environment): boolean {
  const own = env['CLAUDE_CONFIG_DIR'] ?? join(env['HOME'] ?? '/', '.claude');
  const project = join(cwd, '.claude');
  const files = [
    join(own, 'settings.json'),
    join(project, 'settings.json'),
    join(project, 'settings.local.json'),
    '/etc/claude-code/managed-settings.json',
  ];
  return files.some((path) => names(path).some((name) => elsewhere.includes(name)));
}
