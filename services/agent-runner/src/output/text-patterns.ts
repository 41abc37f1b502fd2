export type TextMatch =
  | { type: 'git'; operation: 'branch_create' | 'checkout'; branch: string }
  | { type: 'git'; operation: 'commit'; files: number }
  | { type: 'usage'; inputTokens: number; outputTokens: number };

const creating = /^Creating branch: (\S+)/;
const switched = /^Switched to branch: (\S+)/;
const committed = /^Committed (?:changes: )?(\d[\d,]*) files?\b/;
const usage = /^Token usage: (\d[\d,]*) inputs?, (\d[\d,]*) outputs?\b/;

const toNumber = (digits: string): number => Number(digits.replaceAll(',', ''));

/** The classic patterns, at the start of a line without terminal sequences. */
export function matchText(line: string): TextMatch | null {
  const first = line.charCodeAt(0);
  // C, S and T: every other line is no match without running an expression.
  if (first !== 0x43 && first !== 0x53 && first !== 0x54) return null;
  const head = line.slice(0, 1_200);
  const [, created] = creating.exec(head) ?? [];
  if (created !== undefined) return { type: 'git', operation: 'branch_create', branch: created };
  const [, branch] = switched.exec(head) ?? [];
  if (branch !== undefined) return { type: 'git', operation: 'checkout', branch };
  const [, files] = committed.exec(head) ?? [];
  if (files !== undefined) return { type: 'git', operation: 'commit', files: toNumber(files) };
  const [, input, output] = usage.exec(head) ?? [];
  if (input === undefined || output === undefined) return null;
  return { type: 'usage', inputTokens: toNumber(input), outputTokens: toNumber(output) };
}
