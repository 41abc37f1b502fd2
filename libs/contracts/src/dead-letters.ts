/** Producers of replays: the letter's id follows, and the seq is the attempt. Only the gateway publishes under it. */
export const replayPrefix = 'dead-letter:';

const replay = /^dead-letter:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** The letter that a batch replays; null for every other batch. */
export const replayedLetter = (producerId: string): string | null => replay.exec(producerId)?.[1] ?? null;
