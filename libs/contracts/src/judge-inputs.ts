import type { CrewInput } from './http/crews.ts';

export type InputProblem = { name: string; detail: string };

const typeOf = (value: unknown): CrewInput['type'] => {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return typeof value as 'string';
  return 'object';
};

function problemOf(rule: CrewInput, value: unknown): string | null {
  if (rule.type !== 'any' && typeOf(value) !== rule.type) return `is ${typeOf(value)}, not ${rule.type}`;
  const length = typeof value === 'string' ? value.length : JSON.stringify(value).length;
  if (rule.max_length !== undefined && length > rule.max_length) return `is longer than ${rule.max_length} characters`;
  if (rule.choices !== undefined && !rule.choices.some((choice) => choice === value)) {
    return `is none of ${rule.choices.join(', ')}`;
  }
  return null;
}

/** What is wrong with a task's inputs by the words of its crew; nothing when the crew takes any. null counts as absent. */
export function judgeInputs(
  rules: Readonly<Record<string, CrewInput>> | null,
  inputs: Readonly<Record<string, unknown>>,
): InputProblem[] {
  if (rules === null) return [];
  const names = Object.keys(rules);
  const unknown = Object.keys(inputs)
    .filter((name) => !Object.hasOwn(rules, name))
    .map((name) => ({ name, detail: `is no input of the crew; it takes ${names.join(', ') || 'none'}` }));
  const known = Object.entries(rules).flatMap(([name, rule]) => {
    const value = Object.hasOwn(inputs, name) ? inputs[name] : undefined;
    if (value === undefined || value === null) return rule.required ? [{ name, detail: 'is needed' }] : [];
    const detail = problemOf(rule, value);
    return detail === null ? [] : [{ name, detail }];
  });
  return [...unknown, ...known];
}
