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

/** A setting of the section `trace2`; the last file that has it counts. */
function traceSetting(env: Environment, name: string): string | undefined {
  let found: string | undefined;
  const assigned = new RegExp(`^\\s*(?:\\[[^\\]]*\\])?\\s*${name}\\s*=\\s*(.*?)\\s*$`, 'i');
  for (const file of configFiles(env)) {
    let section = '';
    for (const line of readSmall(file)?.split('\n') ?? []) {
      section = /^\s*\[([^\]]*)\]/.exec(line)?.[1]?.trim().toLowerCase() ?? section;
      const value = assigned.exec(line)?.[1];
      if (section === 'trace2' && value !== undefined) found = value.replace(/^"(.*)"$/, '$1');
    }
  }
  return found;
}

export type ConfiguredTrace = {
  /** Where every git reports to. */
  target: string;
  /** The names of variables that it tells. */
  variables: string | undefined;
};

/** Where the person's environment or configuration has every git report to (`trace2.eventTarget`); null when nowhere. */
export function configuredTrace(env: Environment): ConfiguredTrace | null {
  const target = env['GIT_TRACE2_EVENT'] ?? traceSetting(env, 'eventtarget');
  if (target === undefined || /^(?:0|false|)$/i.test(target)) return null;
  return { target, variables: env['GIT_TRACE2_ENV_VARS'] ?? traceSetting(env, 'envvars') };
}
