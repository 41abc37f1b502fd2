/** Options of `git` itself that take the next argument. */
const globalWithValue = new Set(['-C', '-c', '--git-dir', '--work-tree', '--namespace', '--exec-path', '--config-env']);

/** Where the verb of a git command line stands. */
function verbAt(argv: readonly string[]): number {
  let at = 1;
  for (let word = argv[at]; word !== undefined && word.startsWith('-'); word = argv[at]) {
    at += globalWithValue.has(word) ? 2 : 1;
  }
  return at;
}

/** The verb of a git command line; an alias stands for itself. */
export const verbOf = (argv: readonly string[]): string | undefined => argv[verbAt(argv)];

/** The options of git itself, before the verb. */
export const globalsOf = (argv: readonly string[]): readonly string[] => argv.slice(1, verbAt(argv));

/** The arguments after the verb of a git command line. */
export const argumentsOf = (argv: readonly string[]): readonly string[] => argv.slice(verbAt(argv) + 1);

/** The value of the first of these options, given as `-b x`, `-bx`, `--create x` or `--create=x`. */
export function optionValue(args: readonly string[], names: readonly string[]): string | undefined {
  for (const [index, arg] of args.entries()) {
    for (const name of names) {
      if (arg === name) return args[index + 1];
      if (name.startsWith('--') && arg.startsWith(`${name}=`)) return arg.slice(name.length + 1);
    }
  }
  return undefined;
}

/** The message of `git commit -m x`, `-am x`, `-mx` or `--message=x`. */
export function messageOf(args: readonly string[]): string | undefined {
  const long = optionValue(args, ['--message']);
  if (long !== undefined) return long;
  const at = args.findIndex((arg) => /^-[a-zA-Z]*m/.test(arg) && !arg.startsWith('--'));
  const rest = args[at]?.replace(/^-[a-zA-Z]*?m/, '');
  return rest === undefined || rest !== '' ? rest : args[at + 1];
}

export const hasOption = (args: readonly string[], names: readonly string[]): boolean =>
  args.some((arg) => names.includes(arg.split('=', 1)[0] ?? arg));

/** Arguments that are no options; the value of an option that stands apart counts as one. */
export const plainArguments = (args: readonly string[]): string[] => args.filter((arg) => !arg.startsWith('-'));

/** A URL without the name and password in it; never leaves this process with them, whatever the capture mode. */
export function withoutCredentials(text: string): string {
  return text.replace(/^([A-Za-z][A-Za-z0-9+.-]*:\/\/)[^/]*@/, '$1');
}
