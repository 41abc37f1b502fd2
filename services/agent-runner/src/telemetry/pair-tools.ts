import type { RecordDraft } from '@telltale/sdk/recorder/draft';

type Tool = Extract<RecordDraft, { kind: 'tool_call' }>;

/** What Codex prints, and what its telemetry calls the same. */
const words: readonly (readonly [RegExp, string])[] = [
  [/^(?:shell|shell_command|local_shell|exec_command|unified_exec|container\.exec)$/, 'shell'],
  [/^(?:file_change|apply_patch)$/, 'file_change'],
];

const sortOf = ({ tool_name }: Tool): string =>
  words.find(([pattern]) => pattern.test(tool_name))?.[1] ??
  tool_name
    .toLowerCase()
    .replace(/^mcp_+/, '')
    .replace(/[^a-z0-9]+/g, '_');

/**
 * Pairs uses of tools that a program prints under ids with those that its telemetry tells under others (Codex, which prints ids
 * of its own: `own_id`) or under none (Claude Code of old), one to one, by what kind of tool it is. The second of a pair is told
 * already.
 */
export function createToolPairs() {
  /** By sort: how many were printed and not reported yet; below 0: reported and not printed. */
  const otherIds = new Map<string, number>();
  const withoutIds = new Map<string, number>();
  const count = (open: Map<string, number>, tool: Tool, by: 1 | -1): boolean => {
    const sort = sortOf(tool);
    const before = open.get(sort) ?? 0;
    open.set(sort, before + by);
    return by === 1 ? before < 0 : before > 0;
  };
  return {
    /** Whether telemetry told of it before. */
    printed(tool: Tool): boolean {
      if (tool.attributes?.['own_id'] === true) return count(otherIds, tool, 1);
      return tool.tool_call_id !== undefined && count(withoutIds, tool, 1);
    },
    /** Whether it was printed before. */
    reported(tool: Tool): boolean {
      const isOther = count(otherIds, tool, -1);
      return (tool.tool_call_id === undefined && count(withoutIds, tool, -1)) || isOther;
    },
    /** It was printed before, under the same id. */
    known: (tool: Tool): void => void count(withoutIds, tool, -1),
  };
}
