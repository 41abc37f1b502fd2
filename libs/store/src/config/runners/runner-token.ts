import { formatKey, parseKey, type KeyText } from '../key-text.ts';

/** As a key, with a word of its own in front, so that neither passes for the other. */
const prefix = 'ttr_';

export const formatRunnerToken = (text: KeyText): string => formatKey(text).replace(/^tt_/, prefix);

export const parseRunnerToken = (text: string): KeyText | null =>
  text.startsWith(prefix) ? parseKey(`tt_${text.slice(prefix.length)}`) : null;
