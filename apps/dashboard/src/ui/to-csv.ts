export type CsvCell = string | number | boolean | null | undefined;

/** A leading `=`, `+`, `-` or `@` is a formula to a spreadsheet; texts come from agents and must stay texts. */
const guard = (text: string): string => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);

function field(value: CsvCell): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const text = guard(String(value));
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** RFC 4180; unknown values are empty fields, numbers are not rounded. */
export const toCsv = (rows: readonly (readonly CsvCell[])[]): string =>
  `${rows.map((row) => row.map(field).join(',')).join('\r\n')}\r\n`;
