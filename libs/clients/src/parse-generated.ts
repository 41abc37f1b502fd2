import { z } from 'zod';

/** What a model is asked to answer with. */
const generated = z.object({
  files: z
    .array(z.object({ path: z.string().max(1_000), content: z.string().max(2 * 1024 * 1024) }))
    .min(1)
    .max(500),
  explanation: z.string().optional(),
});
export type Generated = z.output<typeof generated>;

const cut = (text: string): string => JSON.stringify(text.length > 120 ? `${text.slice(0, 120)}…` : text);

/** Some models wrap what they say in a fence, although they were asked not to. */
function unfenced(text: string): string {
  const [, inside] = /^\s*```[a-z]*\r?\n([\s\S]*?)\r?\n```\s*$/i.exec(text) ?? [];
  return inside ?? text;
}

/** Reads a model's answer. What is wrong comes back as a sentence that shows where. */
export function parseGenerated(text: string): { ok: true; value: Generated } | { ok: false; problem: string } {
  let value: unknown;
  try {
    value = JSON.parse(unfenced(text));
  } catch (error) {
    const words = error instanceof Error ? error.message : 'unreadable';
    return { ok: false, problem: `the answer is not JSON (${words}); it begins with ${cut(text)}` };
  }
  const parsed = generated.safeParse(value);
  if (parsed.success) return { ok: true, value: parsed.data };
  const [issue] = parsed.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? 'it' : issue.path.map(String).join('.');
  return { ok: false, problem: `the answer is JSON of another shape: ${where}: ${issue?.message ?? ''}` };
}
