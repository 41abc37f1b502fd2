import { plainWords } from '@telltale/contracts/plain-words';
import { overridesFile, type Overrides } from '@telltale/contracts/price-rows';

const remedy =
  '; a file is {"version": 1, "prices": [{"model": "m", "per_million": {"input": "2", "output": "8"}}]} (docs/prices.md)';

/** Reads and checks an overrides file; what is wrong in it is named with its path. */
export async function readOverridesFile(path: string): Promise<Overrides> {
  const { readFile } = await import('node:fs/promises');
  const text = await readFile(path, 'utf8');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new Error(`The price overrides in ${path} are not JSON; correct the file`, { cause });
  }
  const parsed = overridesFile.safeParse(json, { error: plainWords });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? 'the file' : issue.path.join('.');
  throw new Error(`The price overrides in ${path} are not valid: ${where} ${issue?.message ?? ''}${remedy}`, {
    cause: parsed.error,
  });
}
