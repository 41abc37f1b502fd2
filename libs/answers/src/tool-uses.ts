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

/**
 * The uses of an answer that tells each of them whole, in an object of its own, of which a reader wants `use_id`, `use_name`,
 * `#input` and the end as `use_end`.
 */
export function createWholeUses() {
  const list = createUseList();
  let calls = 0;
  let asked: { id?: unknown; name?: unknown; bytes: number } = { bytes: 0 };
  return {
    uses: list.uses,
    /** How many there were, also beyond those that are listed. */
    calls: () => calls,
    /** Takes a value that an answer's reader was given; false when it is none of a use. */
    take(member: string, value: unknown, bytes: number): boolean {
      if (member === 'use_id') asked.id = value;
      else if (member === '#input') asked.bytes = bytes;
      else if (member === 'use_name') {
        calls += 1;
        asked.name = value;
      } else if (member === 'use_end') {
        const use = list.of(asked.id, asked.name);
        if (use !== null) use.inputBytes = asked.bytes;
        asked = { bytes: 0 };
      } else return false;
      return true;
    },
  };
}
