/**
 * Ids of answers that are no names: their servers give the same one to many. Ollama draws from 999, in the Responses API
 * from 999,999; KoboldCpp and GPT4All have one for all; LMDeploy counts sessions, Foundry Local pieces of a stream. PostgreSQL reads it too.
 */
export const drawnIds = String.raw`^((chat)?cmpl-([0-9]{1,3}|A1)|resp_[0-9]{1,6}|[0-9]{1,9}|chat\.id\.[0-9]+|foobarbaz|placeholder)$`;

const drawn = new RegExp(drawnIds);

/** Whether an id that an answer bears says nothing of which call it is: two calls have the same one, and would count as one. */
export const isDrawn = (messageId: string): boolean => drawn.test(messageId);
