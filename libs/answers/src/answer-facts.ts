import type { BesideTokens } from '@telltale/pricing/beside-tokens';
import type { NormalisedUsage } from '@telltale/pricing/normalise-usage';
import type { ToolUse } from './tool-uses.ts';
import type { Wanted } from './wanted-members.ts';

/** What the body of an answer says of its call; what it did not say is absent. */
export type AnswerFacts = {
  usage: NormalisedUsage;
  /** What was used and is not in the counts of tokens, or is billed otherwise than text. */
  beside?: BesideTokens;
  model?: string | undefined;
  messageId?: string | undefined;
  stopReason?: string | undefined;
  toolCalls: number;
  errorType?: string | undefined;
  errorMessage?: string | undefined;
  /** The provider said that the answer is whole. */
  complete: boolean;
  /** What comes after the word that it is whole is not here: an answer whose connection broke off is not. */
  lacksEnd?: boolean;
};

/** Reads the documents of one kind of API: a whole answer is one, a stream is many. */
export type AnswerReader = {
  wanted: Wanted;
  /** `bytes`: its length on the wire. */
  value(name: string, value: unknown, bytes: number): void;
  /** All values of a document were given. */
  document(): void;
  /** The first content was seen; asked after each piece, so it must cost nothing. */
  begun(): boolean;
  facts(): AnswerFacts;
  /** The tools that the client is asked to use, as far as the answer was read; it only grows. */
  uses: readonly ToolUse[];
};

export const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/** `code` may be a number or a word. */
export const word = (value: unknown): string | undefined => (typeof value === 'number' ? String(value) : text(value));
