import { text } from './answer-facts.ts';
import { shortText } from './json-fields.ts';

/** A tool that an answer asks its client to use. */
export type ToolUse = {
  /** The provider's own; some give none. */
  id: string | undefined;
  name: string;
  /** The length of what it is asked with, as JSON text on the wire. */
  inputBytes: number;
};

/** More than any answer asks for. */
const mostUses = 256;

/** An id or name as uses hold it. */
export const wordOf = (value: unknown): string | undefined => shortText(text(value));

/** The uses of tools that one answer asks for, in their order. */
export function createUseList() {
  const uses: ToolUse[] = [];
  return {
    uses: uses as readonly ToolUse[],
    /** The use with that id, which some servers say again with each piece, or a new one; null beyond what an answer asks for. */
    of(id: unknown, name: unknown): ToolUse | null {
      const own = wordOf(id);
      const before = own === undefined ? undefined : uses.find((use) => use.id === own);
      if (before !== undefined) return before;
      if (uses.length >= mostUses) return null;
      const use = { id: own, name: wordOf(name) ?? 'unknown', inputBytes: 0 };
      uses.push(use);
      return use;
    },
  };
}
