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
 * Pairs uses of tools that a program prints under ids of its own (`own_id`) with those that its telemetry tells under others:
 * one to one, by what kind of tool it is. The second of a pair is told already.
 */
export function createToolPairs() {
  /** By sort: how many were printed and not reported yet; below 0: reported and not printed. */
  const open = new Map<string, number>();
  const count = (tool: Tool, by: 1 | -1): boolean => {
    const sort = sortOf(tool);
    const before = open.get(sort) ?? 0;
    open.set(sort, before + by);
    return by === 1 ? before < 0 : before > 0;
  };
  return {
    /** Whether telemetry told of it before. */
    printed: (tool: Tool): boolean => tool.attributes?.['own_id'] === true && count(tool, 1),
    /** Whether it was printed before. */
    reported: (tool: Tool): boolean => count(tool, -1),
  };
}
