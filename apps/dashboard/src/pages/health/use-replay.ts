import type { DeadLetterRow, DeadLettersAnswer } from '@telltale/contracts/http/dead-letters';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { apiOf } from '../../server/api.ts';

/** Another try for letters, and what became of it: one that is stored is gone, one that is refused again counts one try more. */
export function useReplay(team: string, answer: DeadLettersAnswer | undefined) {
  const cache = useQueryClient();
  /** The tries of each letter when it was sent again. */
  const [asked, setAsked] = useState<ReadonlyMap<string, number>>(new Map());
  const { mutate, error } = useMutation({
    mutationFn: ({ id }: DeadLetterRow) => apiOf(team).replayDeadLetter(id),
    onMutate: ({ id, attempts }) => setAsked((before) => new Map(before).set(id, attempts)),
    onError: (_error, { id }) => setAsked((before) => new Map([...before].filter(([other]) => other !== id))),
    onSettled: () => void cache.invalidateQueries({ queryKey: ['dead-letters', team] }),
  });
  const letters = answer?.dead_letters ?? [];
  const now = new Map(letters.map(({ id, attempts }) => [id, attempts]));
  /** Of a part of the list nobody can tell whether one that is missing is gone. */
  const isWhole = answer?.total !== undefined && answer.total <= letters.length;
  const outcomes = [...asked].map(([id, before]) => {
    const attempts = now.get(id);
    if (attempts === undefined) return isWhole ? 'stored' : 'unknown';
    return attempts === before ? 'waiting' : 'refused';
  });
  const count = (outcome: (typeof outcomes)[number]): number => outcomes.filter((one) => one === outcome).length;
  return {
    replay: mutate,
    error,
    isWaiting: ({ id, attempts }: DeadLetterRow): boolean => asked.get(id) === attempts,
    stored: count('stored'),
    waiting: count('waiting'),
    refused: count('refused'),
  };
}
