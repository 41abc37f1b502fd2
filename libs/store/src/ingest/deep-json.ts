/**
 * A plain value as JSON, however deep it nests: `JSON.parse` reads what `JSON.stringify` has no stack for, and what
 * could not be stored is to be kept whole all the same.
 */
export function writeDeepJson(value: unknown): string {
  const parts: string[] = [];
  const work: ({ text: string } | { value: unknown })[] = [{ value }];
  for (let item = work.pop(); item !== undefined; item = work.pop()) {
    if ('text' in item) parts.push(item.text);
    else if (typeof item.value !== 'object' || item.value === null) parts.push(JSON.stringify(item.value) ?? 'null');
    else {
      const isList = Array.isArray(item.value);
      parts.push(isList ? '[' : '{');
      work.push({ text: isList ? ']' : '}' });
      const members = Object.entries(item.value);
      for (let index = members.length - 1; index >= 0; index -= 1) {
        const [key, member]: [string, unknown] = members[index] ?? ['', null];
        const comma = index === 0 ? '' : ',';
        work.push({ value: member }, { text: isList ? comma : `${comma}${JSON.stringify(key)}:` });
      }
    }
  }
  return parts.join('');
}
