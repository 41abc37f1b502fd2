import { plainWords } from '@telltale/contracts/plain-words';
import { overridesFile, type Overrides } from '@telltale/contracts/price-rows';

/** What is wrong in a file, at most. */
const shown = 10;
const remedy =
  '; a file is {"version": 1, "prices": [{"model": "m", "per_million": {"input": "2", "output": "8"}}]} (docs/prices.md)';

/** Reads and checks an overrides file; what is wrong in it is named with its path. */
export async function readOverridesFile(path: string): Promise<Overrides> {
  const { readFile } = await import('node:fs/promises');
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    const code: unknown = cause instanceof Error ? Reflect.get(cause, 'code') : cause;
    throw new Error(`The price overrides in ${path} cannot be read (${String(code)}); name another file`, { cause });
  });
  let json: unknown;
  try {
    // Some editors begin a file with a mark of its encoding.
    json = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    const where = cause instanceof Error ? ` (${cause.message})` : '';
    throw new Error(`The price overrides in ${path} are not JSON${where}${remedy}`, { cause });
  }
  const parsed = overridesFile.safeParse(json, { error: plainWords });
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  const wrong = issues
    .slice(0, shown)
    .map(({ path: place, message }) => `${place.length === 0 ? 'the file' : place.join('.')} ${message}`)
    .join('; ');
  const more = issues.length > shown ? ` and ${issues.length - shown} more` : '';
  throw new Error(`The price overrides in ${path} are not valid: ${wrong}${more}${remedy}`, { cause: parsed.error });
}
