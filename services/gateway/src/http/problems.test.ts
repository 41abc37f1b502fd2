import fastify from 'fastify';
import { expect, test } from 'vitest';
import { answerWithProblems, problemType } from './problems.ts';

test('a handler that takes too long is a 503 that says when to come back', async () => {
  await using app = fastify({ handlerTimeout: 1 });
  answerWithProblems(app);
  app.get('/slow', () => new Promise(() => {}));
  const answer = await app.inject('/slow');
  expect(answer.statusCode).toBe(503);
  expect(answer.headers).toMatchObject({ 'content-type': problemType, 'retry-after': '1' });
  expect(answer.json()).toMatchObject({ code: 'unavailable', detail: expect.stringContaining('took too long') });
});
