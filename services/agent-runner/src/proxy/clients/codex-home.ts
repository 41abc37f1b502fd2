import { join, resolve } from 'node:path';
import type { Environment } from '../../run/child-environment.ts';

/** Codex's own folder, found as Codex finds it: an empty variable is none, and a relative one is below where Codex is started. */
export function codexHome(env: Environment, cwd: string): string {
  const told = env['CODEX_HOME'] ?? '';
  return told === '' ? join(env['HOME'] ?? '/', '.codex') : resolve(cwd, told);
}
