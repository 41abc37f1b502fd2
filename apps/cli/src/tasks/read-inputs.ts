import { readFileSync } from 'node:fs';
import { CliError } from '../failure.ts';

export type InputFlags = { input?: string[]; inputsFile?: string };

const usage = (message: string): CliError => new CliError(message, { exitCode: 2 });

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parse(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw usage(`${what} is not JSON`);
  }
}

function fromFile(file: string): Record<string, unknown> {
  const value = parse(readFileSync(file, 'utf8'), file);
  if (isObject(value)) return value;
  throw usage(`${file} holds no JSON object`);
}

/** `name=text` is a text, `name:=json` any value. */
function oneInput(text: string): [name: string, value: unknown] {
  const match = /^([A-Za-z_][A-Za-z0-9_]*)(:?=)([^]*)$/.exec(text);
  const [, name, sign, value] = match ?? [];
  if (name === undefined || value === undefined)
    throw usage(`--input ${text}: is not one such as name=text or count:=3`);
  return [name, sign === ':=' ? parse(value, `the value of --input ${name}`) : value];
}

/** The inputs of a task: those of the file, and over them those of the flags. */
export function readInputs({ input = [], inputsFile }: InputFlags): Record<string, unknown> {
  return { ...(inputsFile === undefined ? {} : fromFile(inputsFile)), ...Object.fromEntries(input.map(oneInput)) };
}
