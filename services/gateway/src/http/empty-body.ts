import type { ZodApp } from './zod-app.ts';

/** Many clients name `application/json` and send nothing. An operation that reads no body takes that. */
export function takeEmptyBodies(app: ZodApp): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '' && request.routeOptions.schema?.body === undefined) done(null, undefined);
    else void parse(request, body, done);
  });
}
