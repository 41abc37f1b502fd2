import { join } from 'node:path';
import { readSmall } from './find-git-dir.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Git reads this setting from the files of the system and of the user alone. */
function configFiles(env: Environment): string[] {
  const home = env['HOME'] ?? '';
  const system = env['GIT_CONFIG_NOSYSTEM'] ? [] : [env['GIT_CONFIG_SYSTEM'] ?? '/etc/gitconfig'];
  if (env['GIT_CONFIG_GLOBAL'] !== undefined) return [...system, env['GIT_CONFIG_GLOBAL']];
  return [...system, join(env['XDG_CONFIG_HOME'] || join(home, '.config'), 'git/config'), join(home, '.gitconfig')];
}

/** Where the person's configuration has every git report to (`trace2.eventTarget`); undefined when nowhere. */
export function configuredTrace(env: Environment): string | undefined {
  let target: string | undefined;
  for (const file of configFiles(env)) {
    let section = '';
    for (const line of readSmall(file)?.split('\n') ?? []) {
      section = /^\s*\[([^\]]*)\]/.exec(line)?.[1]?.trim().toLowerCase() ?? section;
      const value = /^\s*(?:\[[^\]]*\])?\s*eventtarget\s*=\s*(.*?)\s*$/i.exec(line)?.[1];
      if (section === 'trace2' && value !== undefined) target = value.replace(/^"(.*)"$/, '$1');
    }
  }
  return target === undefined || /^(?:0|false|)$/i.test(target) ? undefined : target;
}
