import { join, resolve } from 'node:path';
import { productRoot } from '../product.ts';

/** Every hook of ours runs this file; by it they are found again. */
export const hookScript = join(productRoot, 'apps/cli/src/hooks/report-transcript.sh');

export type HookTarget = {
  url?: string | undefined;
  apiKeyFile?: string | undefined;
  dataDir?: string | undefined;
  team?: string | undefined;
};

/** The words of the command that a client calls. */
export function hookWords(client: 'claude' | 'codex', { url, apiKeyFile, dataDir, team }: HookTarget): string[] {
  const flag = (name: string, value: string | undefined): string[] => (value === undefined ? [] : [name, value]);
  return [
    'sh',
    hookScript,
    client,
    join(productRoot, 'telltale'),
    ...flag('--url', url),
    ...flag('--api-key-file', apiKeyFile && resolve(apiKeyFile)),
    ...flag('--data-dir', dataDir && resolve(dataDir)),
    ...flag('--team', team),
  ];
}

/** The words as one line of a shell. */
export const shellLine = (words: readonly string[]): string =>
  words.map((word) => (/^[\w/.:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ');

/** Whether a command is one of ours, of whatever clone of the product. */
export const isOurs = (command: string): boolean => command.includes('report-transcript.sh');
