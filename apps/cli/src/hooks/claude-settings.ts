import { isJson, listOf, objectOf, textOf, type Json } from '@telltale/answers/json-fields';
import { CliError } from '../failure.ts';
import { withMarkOf, withoutMark } from './byte-order-mark.ts';
import { isOurs } from './hook-command.ts';

/** When a transcript has something new that is whole; and after a tool, when a run that is near a limit can be told. */
const events = ['Stop', 'SubagentStop', 'SessionEnd', 'PostToolUse'] as const;

const parse = (text: string, path: string): Json => {
  if (text.trim() === '') return {};
  try {
    const json: unknown = JSON.parse(withoutMark(text));
    if (isJson(json)) return json;
  } catch {
    // Said below: a file that cannot be read is not rewritten.
  }
  throw new CliError(`${path} is not a JSON object; mend it first.`);
};

const print = (settings: Json, before: string): string => {
  const indent = /^\{\r?\n([ \t]+)/.exec(withoutMark(before))?.[1] ?? 2;
  const text = withMarkOf(before, JSON.stringify(settings, null, indent));
  return before !== '' && !before.endsWith('\n') ? text : `${text}\n`;
};

const oursOf = (group: Json): Json[] => listOf(group, 'hooks').filter((hook) => isOurs(textOf(hook, 'command') ?? ''));

function without(settings: Json): Json {
  const hooks = objectOf(settings, 'hooks');
  const kept = Object.entries(hooks).flatMap(([event, groups]) => {
    if (!Array.isArray(groups)) return [[event, groups] as const];
    const left = groups.flatMap((group: unknown): unknown[] => {
      if (!isJson(group) || oursOf(group).length === 0) return [group];
      const others = listOf(group, 'hooks').filter((hook) => !isOurs(textOf(hook, 'command') ?? ''));
      return others.length === 0 ? [] : [{ ...group, hooks: others }];
    });
    return left.length === 0 && groups.length > 0 ? [] : [[event, left] as const];
  });
  const { hooks: _hooks, ...rest } = settings;
  return kept.length === 0 && Object.keys(hooks).length > 0
    ? rest
    : { ...settings, ...('hooks' in settings ? { hooks: Object.fromEntries(kept) } : {}) };
}

/** Claude Code's settings with our hooks in them, once; all that is the person's own stays as it is. */
export function withClaudeHooks(text: string, path: string, command: string): string {
  const settings = parse(text, path);
  const clean = without(settings);
  const hooks = objectOf(clean, 'hooks');
  const added = Object.fromEntries(
    events.map((event) => [event, [...listOf(hooks, event), { hooks: [{ type: 'command', command, timeout: 1 }] }]]),
  );
  const wanted = { ...clean, hooks: { ...hooks, ...added } };
  return JSON.stringify(wanted) === JSON.stringify(settings) ? text : print(wanted, text);
}

/** The settings without any hook of ours. */
export function withoutClaudeHooks(text: string, path: string): string {
  const settings = parse(text, path);
  const clean = without(settings);
  return JSON.stringify(clean) === JSON.stringify(settings) ? text : print(clean, text);
}

/** Whether the person has turned off all hooks. */
export const areDisabled = (text: string, path: string): boolean => parse(text, path)['disableAllHooks'] === true;
