/**
 * The whole numbers in text that shows a Python dictionary, by their innermost name; of a name that comes twice the first
 * counts. Text is skipped as a whole: what it says is not ours.
 */
export function countsIn(text: string): Readonly<Record<string, number>> {
  const counts: Record<string, number> = Object.create(null) as Record<string, number>;
  for (const [, name, digits] of text.slice(0, 16 * 1024).matchAll(/'(\w{1,64})': (\d{1,13})(?=[,}])/g)) {
    if (name !== undefined && digits !== undefined) counts[name] ??= Number(digits);
  }
  return counts;
}
