import { basename } from 'node:path';

/** The path of the JSON file with everything about the task. */
export const inputsFileName = 'inputs_file';

const placeholder = /\{([A-Za-z_][A-Za-z0-9_]*)\}/g;
const whole = /^\{([A-Za-z_][A-Za-z0-9_]*)\}$/;
/** After these an argument is a program's text, and text from outside would be run. */
const textOptions = /^(?:-[A-Za-z]*[ceE]|--eval|--exec|--command|--print|-p)$/;
/** They run what their options or their first operand says. */
const interpreters =
  /^(?:(?:ba|da|z|k|c|tc|fi|a)?sh|node|deno|bun|npx|tsx|python[\d.]*|perl|ruby|php|lua|osascript|[gmn]?awk|busybox|env|xargs|ssh|sudo|doas|su|timeout|nice|nohup|setsid|stdbuf|time|watch|chroot)$/;
/** Operands that come before a program's name: a variable to set, a time. */
const beforeProgram = /^(?:[A-Za-z_]\w*=.*|\d+(?:\.\d+)?[smhd]?)$/;
/** An argument of Linux is at most 128 KiB long. */
const longestArgument = 128 * 1024 - 1;

const namesIn = (argument: string): string[] => [...argument.matchAll(placeholder)].map((match) => match[1] ?? '');

export type TemplateProblem = { index: number; message: string };

const hasInput = (argument: string): boolean => namesIn(argument).some((name) => name !== inputsFileName);
const isInterpreter = (argument: string): boolean => interpreters.test(basename(argument));

/** The first operand after `from`: neither an option, nor what ends options, nor what stands before a program's name. */
const operandAfter = (argv: readonly string[], from: number): number =>
  argv.findIndex(
    (argument, index) =>
      index > from && (hasInput(argument) || !(argument.startsWith('-') || beforeProgram.test(argument))),
  );

/** Where a shell or an interpreter takes its program from: its first operand, or the text after an option. */
function programPlaces(argv: readonly string[]): number[] {
  return argv.flatMap((argument, index) => {
    const byOperand = isInterpreter(argument) ? [operandAfter(argv, index)] : [];
    const isText = textOptions.test(argument) && argv.slice(0, index).some(isInterpreter);
    return isText ? [...byOperand, operandAfter(argv, index)] : byOperand;
  });
}

/**
 * What is wrong with a command's template. A value becomes one argument, or a part of one, and never a word that the
 * program could take for an option or for a program of its own.
 */
export function templateProblems(argv: readonly string[], inputs: readonly string[] | null): TemplateProblem[] {
  const problems: TemplateProblem[] = [];
  const end = argv.indexOf('--');
  const programs = programPlaces(argv);
  for (const [index, argument] of argv.entries()) {
    const names = namesIn(argument);
    if (names.length === 0) continue;
    const say = (message: string): void => void problems.push({ index, message });
    if (index === 0) say('names the program: no input may choose it');
    else if (hasInput(argument) && programs.includes(index)) {
      say(`would be run as a program: pass the value to a program of your own, or use {${inputsFileName}}`);
    }
    const unknown = inputs === null ? [] : names.filter((name) => name !== inputsFileName && !inputs.includes(name));
    for (const name of unknown) say(`{${name}} is no input of the crew`);
    const bare = argument.startsWith('{') && names[0] !== inputsFileName;
    if (bare && (end === -1 || index < end)) {
      say(`a value could be taken for an option: write --option=${argument}, or put '--' before it`);
    }
  }
  return problems;
}

/** Why a task cannot be run as it stands. */
export class TemplateError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'TemplateError';
  }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/**
 * Program and arguments of a task. Every argument of the template becomes one argument or, when it is nothing but an input
 * that the task does not have, none. Values are put in once: braces in them mean nothing.
 */
export function renderCommand(
  argv: readonly string[],
  inputs: Readonly<Record<string, unknown>>,
  inputsFile: string,
): string[] {
  const valueOf = (name: string): string | null => {
    if (name === inputsFileName) return inputsFile;
    const value = Object.hasOwn(inputs, name) ? inputs[name] : undefined;
    return value === undefined || value === null ? null : textOf(value);
  };
  return argv.flatMap((argument) => {
    const alone = whole.exec(argument)?.[1];
    if (alone !== undefined && valueOf(alone) === null) return [];
    const rendered = argument.replaceAll(placeholder, (_, name: string) => valueOf(name) ?? '');
    if (rendered.includes('\0')) throw new TemplateError('an input holds a NUL character, which no argument can');
    if (Buffer.byteLength(rendered) > longestArgument) {
      throw new TemplateError(`an argument would be longer than the system allows: use {${inputsFileName}}`);
    }
    return [rendered];
  });
}
