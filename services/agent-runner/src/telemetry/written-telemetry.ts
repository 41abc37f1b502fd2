import { dirname, join, resolve } from 'node:path';
import { managedFiles } from '../proxy/clients/claude.ts';
import type { ClientName } from '../proxy/clients/client-of.ts';
import { readSettings } from '../proxy/read-start.ts';
import type { Environment } from '../run/child-environment.ts';
import { startedTexts } from './started-texts.ts';

/** Whether what a person wrote for a client speaks of `variable`; in doubt it does. */
export type Written = (client: ClientName, variable: string) => boolean;

const parents = (folder: string): string[] =>
  dirname(folder) === folder ? [folder] : [folder, ...parents(dirname(folder))];

/** Words of a command by which a client takes settings that are looked for nowhere else. */
const settingWords: Partial<Record<ClientName, RegExp>> = {
  claude: /--settings\b|CLAUDE_CONFIG_DIR=/,
  gemini: /--telemetry\b/,
  qwen: /--telemetry\b/,
};

/** How the settings of a client that knows no variables turn its telemetry on. */
const turnedOn = /"telemetry"\s*:\s*\{[^}]*"enabled"\s*:\s*true/;

/** Where a client looks for settings: at the machine's owner, at home and in a project. */
function filesOf(client: ClientName, projects: readonly string[], env: Environment): string[] {
  const homes = env['HOME'] === undefined ? [] : [env['HOME']];
  if (client === 'claude') {
    const own = env['CLAUDE_CONFIG_DIR'] ?? join(env['HOME'] ?? '/', '.claude');
    const names = ['settings.json', 'settings.local.json'];
    const ofProjects = projects.flatMap((folder) => names.map((name) => join(folder, '.claude', name)));
    return [...managedFiles(), join(own, 'settings.json'), ...ofProjects];
  }
  const own = [...projects, ...homes].map((folder) => join(folder, `.${client}`, 'settings.json'));
  const product = client === 'gemini' ? 'gemini-cli' : 'qwen-code';
  const ofOwner = ['settings.json', 'system-defaults.json'].map((name) => join('/etc', product, name));
  const variables = [...projects.flatMap(parents), ...homes].flatMap((folder) => [
    join(folder, `.${client}`, '.env'),
    join(folder, '.env'),
  ]);
  return [...ofOwner, ...own, ...variables];
}

/**
 * What turns a client's telemetry on beside the environment: its settings, and the line or script that starts it. Each file is
 * read once, when it is first asked for.
 */
export function readWritten(argv: readonly string[], { cwd, env }: { cwd: string; env: Environment }): Written {
  let started: { text: string; projects: string[] } | undefined;
  const files = new Map<ClientName, string>();
  const readStarted = (): { text: string; projects: string[] } => {
    const text = startedTexts(argv, cwd).join('\n');
    const entered = [...text.matchAll(/\bcd\s+["']?([^\s"';&|)]+)/g)].map(([, folder = '']) => resolve(cwd, folder));
    return { text, projects: [cwd, ...entered] };
  };
  return (client, variable) => {
    const words = settingWords[client];
    if (words === undefined) return false;
    started ??= readStarted();
    const { text, projects } = started;
    let settings = files.get(client);
    if (settings === undefined) {
      const texts = filesOf(client, projects, env).map((path) => readSettings(path) ?? '');
      settings = texts.join('\n');
      files.set(client, settings);
    }
    if (words.test(text) || text.includes(variable) || settings.includes(variable)) return true;
    return client !== 'claude' && turnedOn.test(settings);
  };
}
