/** COPY's text format: tab between columns, newline after a row, \N for null. */
const special = /[\\\t\n\r]/;
const everySpecial = /[\\\t\n\r]/g;
const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

function escapeCopy(text: string): string {
  return special.test(text) ? text.replace(everySpecial, (char) => escapes[char] ?? char) : text;
}

/**
 * One value as a column: absent and null are null, objects JSON, everything else its text. Throws RangeError for JSON
 * nested deeper than the stack, and for numbers that are none.
 */
export function copyValue(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return escapeCopy(value);
    case 'number':
      // PostgreSQL would take infinity for a number, and no sum would ever be one again.
      if (!Number.isFinite(value)) throw new RangeError(`holds a number that is ${value}`);
      return String(value);
    case 'bigint':
      return String(value);
    case 'boolean':
      return value ? 't' : 'f';
    case 'object':
      return value === null ? '\\N' : escapeCopy(JSON.stringify(value));
    default:
      return '\\N';
  }
}
