/** A call or a use of a tool whose answer nobody has read to its end. */
export type OpenUse = {
  /** Nobody will: it ended with what was read last. */
  leave(): void;
};

/** More than an agent has on their way; of more the oldest are taken for left. */
const mostOpen = 10_000;

/** What has not ended, to be told at the end of the process; and before, once nobody can read it any more. */
export function createOpenUses() {
  const open = new Set<OpenUse>();
  const unreachable = new FinalizationRegistry<OpenUse>((use) => use.leave());
  return {
    add(use: OpenUse): void {
      open.add(use);
      const [oldest] = open;
      if (open.size > mostOpen) oldest?.leave();
    },
    /** `answer` is what it is read from; what `use` holds must not hold that in turn. */
    readFrom: (answer: object, use: OpenUse): void => unreachable.register(answer, use),
    end: (use: OpenUse): void => void open.delete(use),
    leaveAll(): void {
      for (const use of open) use.leave();
    },
  };
}
export type OpenUses = ReturnType<typeof createOpenUses>;
