type Family = { help?: string; type?: string; samples: string[] };

const line = /^(?:# (HELP|TYPE) (\S+) (.+)|([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+))$/;
const units = /_(?:ms|milliseconds|minutes|hours|kb|kilobytes|megabytes|percent)(?:_total)?$/;

/** What `promtool check metrics` finds wrong with an exposition, and lines it could not read; empty when all is well. */
export function lintMetrics(text: string): string[] {
  const problems: string[] = [];
  const families = new Map<string, Family>();
  const familyOf = (name: string): Family => {
    const family = families.get(name) ?? { samples: [] };
    families.set(name, family);
    return family;
  };
  for (const [index, one] of text.split('\n').entries()) {
    if (one === '') continue;
    const [, word, subject = '', rest = '', sample = '', , value = ''] = line.exec(one) ?? [];
    if (word === 'HELP') familyOf(subject).help = rest;
    else if (word === 'TYPE') familyOf(subject).type = rest;
    else if (sample === '' || (Number.isNaN(Number(value)) && !/^(?:NaN|[+-]Inf)$/.test(value))) {
      problems.push(`line ${index + 1} cannot be read: ${one}`);
    } else {
      const histogram = sample.replace(/_(?:bucket|sum|count)$/, '');
      familyOf(families.has(sample) ? sample : histogram).samples.push(one.replace(/ \S+$/, ''));
    }
  }
  for (const [name, { help, type, samples }] of families) {
    if (help === undefined) problems.push(`${name}: no help text`);
    if (type === undefined) problems.push(`${name}: no type`);
    if (type === 'counter' && !name.endsWith('_total')) problems.push(`${name}: a counter without _total`);
    if (type !== 'counter' && name.endsWith('_total')) problems.push(`${name}: _total, but no counter`);
    if (units.test(name)) problems.push(`${name}: not in a base unit`);
    if (new Set(samples).size < samples.length) problems.push(`${name}: a sample is there twice`);
    for (const forbidden of ['agent', 'agent_id', 'session', 'run', 'run_id', 'producer', 'producer_id']) {
      if (samples.some((one) => new RegExp(`[{,]${forbidden}="`).test(one)))
        problems.push(`${name}: label ${forbidden}`);
    }
  }
  return problems;
}
