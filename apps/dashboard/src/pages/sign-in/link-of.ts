/** What the one-time link carries; behind the #, so that it reaches no log on its way. */
export const linkOf = (hash: string): string | null => /^#?([*\w.-]+~\w+~[\w-]+)$/.exec(hash)?.[1] ?? null;
