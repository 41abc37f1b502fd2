import type { CrewProfile } from '../crews/crew-profile.ts';
import type { Environment } from '../run/child-environment.ts';

/** Without these hardly a program runs; none of them is secret. */
const always = ['PATH', 'HOME', 'USER', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR'];

/** The whole environment of a task's program: what the crew lists of the runner's own, and what it sets. */
export function taskEnvironment({ env: listed, set }: CrewProfile, env: Environment): Record<string, string> {
  const chosen: Record<string, string> = {};
  for (const name of [...always, ...listed]) {
    const value = env[name];
    if (value !== undefined) chosen[name] = value;
  }
  return { ...chosen, ...set };
}
