/** Tokens of one answer as the scripted server counts them: inclusive input, inclusive output. */
export type LedgerUsage = {
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite5m: number;
  cacheWrite1h: number;
  reasoning: number;
};

export type LedgerEntry = {
  wire: 'anthropic' | 'responses' | 'chat' | 'gemini';
  model: string;
  /** `ok`: answered whole; `refused`: an error status; `cut`: the answer broke off, `usage` is what it told until then. */
  outcome: 'ok' | 'refused' | 'cut';
  usage: LedgerUsage;
  /** The answer asked for a tool. */
  tool: boolean;
  /** Whether it was asked in words of its own, not in those of the person: so does the sub-agent that was asked for. */
  apart: boolean;
};

/** What the scripted server was asked and what it answered: the truth that the product is compared with. */
export function createLedger() {
  let entries: LedgerEntry[] = [];
  return {
    add: (entry: LedgerEntry): void => void entries.push(entry),
    /** All entries since the last call. */
    take(): LedgerEntry[] {
      const taken = entries;
      entries = [];
      return taken;
    },
    size: (): number => entries.length,
  };
}
export type Ledger = ReturnType<typeof createLedger>;

/** What each API answers with: different in each class of tokens, so that none can be mistaken for another. */
export const usages = {
  anthropic: { input: 20_012, output: 42, cacheRead: 18_000, cacheWrite5m: 1_500, cacheWrite1h: 500, reasoning: 0 },
  openai: { input: 9_000, output: 77, cacheRead: 6_000, cacheWrite5m: 0, cacheWrite1h: 0, reasoning: 33 },
  gemini: { input: 900, output: 77, cacheRead: 600, cacheWrite5m: 0, cacheWrite1h: 0, reasoning: 33 },
} as const satisfies Record<string, LedgerUsage>;

const nothing: LedgerUsage = { input: 0, output: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, reasoning: 0 };

/** What the first half of a streamed answer tells of usage: Anthropic's all but the output, Google's the prompt. */
export const usagesUntilCut: Record<LedgerEntry['wire'], LedgerUsage> = {
  anthropic: { ...usages.anthropic, output: 1 },
  responses: nothing,
  chat: nothing,
  gemini: { ...usages.gemini, output: 0, reasoning: 0 },
};
