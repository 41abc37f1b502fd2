import { filterSets } from '@telltale/store/read';

/**
 * For the note of an operation: which of its filters are answered, of what one asks for at once. Takes what `filterSets`
 * takes; every other filter is `unsupported_filter`.
 */
export function narrowedBy(...question: Parameters<typeof filterSets>): string {
  const sets = filterSets(...question).map((names) => names.join(', '));
  return `Answered are the filters ${sets.join('; or ')}, each alone or with others.`;
}
