/** One line of a reflog: HEAD moved from `old` to `new`, and why. */
export type ReflogEntry = { old: string; new: string; seconds: number; message: string };

const line = /^([0-9a-f]{40,64}) ([0-9a-f]{40,64}) .*?> (\d+) [+-]\d{4}(?:\t(.*))?$/;

export function parseReflogLine(text: string): ReflogEntry | null {
  const [, old, to, seconds, message] = line.exec(text) ?? [];
  if (old === undefined || to === undefined || seconds === undefined) return null;
  return { old, new: to, seconds: Number(seconds), message: message ?? '' };
}

/** What a move of HEAD was. `verbs` are the git commands that write such a line. */
export type ReflogMeaning = {
  operation: string;
  verbs: readonly string[];
  success: boolean;
  /** Where HEAD is afterwards, when the line says so. */
  movedTo?: string;
  movedFrom?: string;
  /** A commit was made or taken over, so that its message and size are worth reading. */
  describes: 'commit' | 'range' | null;
  amend?: boolean;
};

const made = (operation: string, verbs: readonly string[], describes: 'commit' | 'range' | null): ReflogMeaning => ({
  operation,
  verbs,
  success: true,
  describes,
});

const commitLine = /^commit(?: \((initial|amend|merge|cherry-pick|revert)\))?: /;
const moveLine = /^checkout: moving from (\S+) to (\S+)$/;
const stepLine = /^(rebase|pull)\b[^:]*\((\w+)\): ?(.*)$/;
const returnsTo = /returning to refs\/heads\/(\S+)/;
const renameLine = /^Branch: renamed refs\/heads\/(\S+) to refs\/heads\/(\S+)/;

/** The meaning of a line, or null when it is a step within an operation that another line or the command reports. */
export function meaningOf(message: string): ReflogMeaning | null {
  const commit = commitLine.exec(message);
  if (commit !== null) {
    const operation = commit[1] === 'merge' ? 'merge' : 'commit';
    return { ...made(operation, ['commit', 'merge'], 'commit'), ...(commit[1] === 'amend' ? { amend: true } : {}) };
  }
  const move = moveLine.exec(message);
  if (move?.[1] !== undefined && move[2] !== undefined) {
    return { ...made('checkout', ['checkout', 'switch'], null), movedFrom: move[1], movedTo: move[2] };
  }
  const rename = renameLine.exec(message);
  if (rename?.[1] !== undefined && rename[2] !== undefined) {
    return { ...made('branch_rename', ['branch'], null), movedFrom: rename[1], movedTo: rename[2] };
  }
  const step = stepLine.exec(message);
  if (step !== null) {
    const [, operation = 'rebase', word, rest = ''] = step;
    if (word !== 'finish' && word !== 'abort') return null;
    const branch = returnsTo.exec(rest)?.[1];
    const meaning = { ...made(operation, ['rebase', 'pull'], null), success: word === 'finish' };
    return branch === undefined ? meaning : { ...meaning, movedTo: branch };
  }
  if (message.startsWith('rebase finished')) return made('rebase', ['rebase', 'pull'], null);
  if (message.startsWith('merge ')) return made('merge', ['merge'], 'range');
  if (message.startsWith('pull')) return made('pull', ['pull'], 'range');
  if (message.startsWith('reset: ')) return made('reset', ['reset'], null);
  if (message.startsWith('cherry-pick: ')) return made('cherry-pick', ['cherry-pick'], 'commit');
  if (message.startsWith('revert: ')) return made('revert', ['revert'], 'commit');
  if (message.startsWith('am: ')) return made('am', ['am'], 'commit');
  return null;
}

/** The subject that a line carries after its reason, for when the commit itself can no longer be read. */
export function subjectOf(message: string): string | undefined {
  const at = message.indexOf(': ');
  return at === -1 ? undefined : message.slice(at + 2);
}

export const isZero = (sha: string): boolean => /^0+$/.test(sha);
