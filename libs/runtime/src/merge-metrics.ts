type Family = { head: string[]; samples: Map<string, number> };

/** `telltale_x_bucket`, `_sum` and `_count` belong to the histogram `telltale_x`. */
const partOf = /_(?:bucket|sum|count)$/;
const commentLine = /^# (?:HELP|TYPE) (\S+)/;
const sampleLine = /^([a-zA-Z_:][\w:]*)(\{.*\})? (\S+)$/;

function take(families: Map<string, Family>, text: string): void {
  for (const line of text.split('\n').filter((one) => one !== '')) {
    const comment = commentLine.exec(line)?.[1];
    if (comment !== undefined) {
      const family: Family = families.get(comment) ?? { head: [], samples: new Map() };
      if (!family.head.some((known) => known.slice(0, 6) === line.slice(0, 6))) family.head.push(line);
      families.set(comment, family);
      continue;
    }
    const [, name = '', labels = '', value = ''] = sampleLine.exec(line) ?? [];
    const family = families.get(name) ?? families.get(name.replace(partOf, ''));
    if (family === undefined) throw new Error(`not a metric of a known family: ${line}`);
    const key = `${name}${labels}`;
    family.samples.set(key, (family.samples.get(key) ?? 0) + Number(value));
  }
}

const written = (value: number): string => (Number.isFinite(value) ? String(value) : value > 0 ? '+Inf' : 'NaN');

/**
 * The metrics of several processes as those of one: each family once, samples with the same labels added up. Throws on a
 * text that is not in the exposition format.
 */
export function mergeMetrics(texts: readonly string[]): string {
  const families = new Map<string, Family>();
  for (const text of texts) take(families, text);
  return [...families.values()]
    .map(({ head, samples }) =>
      [...head, ...[...samples].map(([key, value]) => `${key} ${written(value)}`), ''].join('\n'),
    )
    .join('\n');
}
