import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { holder } from './holder.ts';

/** What outlives the pool's process about a slot: which tree it is, and who has it. */
const slotNote = z.object({
  tree: z.object({ name: z.string().regex(/^slot-[0-9a-f]{8}$/), path: z.string() }),
  /** What the tree was last brought to. */
  commit: z.string(),
  held: z
    .object({
      slot_id: z.string(),
      branch: z.string(),
      required_by: z.string(),
      since: z.string(),
      request_id: z.string().nullable(),
      holder,
    })
    .nullable(),
});
export type SlotNote = z.output<typeof slotNote>;

/** Notes of one repository's slots, each a file that is replaced as a whole. */
export function createSlotNotes(folder: string) {
  const notes = join(folder, 'notes');
  const fileOf = (name: string) => join(notes, `${name}.json`);
  return {
    async write(note: SlotNote): Promise<void> {
      await mkdir(notes, { recursive: true, mode: 0o700 });
      const draft = `${fileOf(note.tree.name)}.new`;
      await writeFile(draft, JSON.stringify(note), { mode: 0o600 });
      await rename(draft, fileOf(note.tree.name));
    },
    async remove(name: string): Promise<void> {
      await rm(fileOf(name), { force: true });
    },
    /** A note that cannot be read is of a slot that is made anew. */
    async readAll(): Promise<SlotNote[]> {
      const found: SlotNote[] = [];
      for (const name of await readdir(notes).catch(() => [])) {
        if (!name.endsWith('.json')) continue;
        const text = await readFile(join(notes, name), 'utf8').catch(() => '');
        try {
          found.push(slotNote.parse(JSON.parse(text)));
        } catch {
          await rm(join(notes, name), { force: true });
        }
      }
      return found;
    },
  };
}
export type SlotNotes = ReturnType<typeof createSlotNotes>;
