import { pino, type Logger } from 'pino';

export type Log = Logger;

/** Names whose values never belong in a log line, at the top or one level down. */
const secretNames = ['authorization', 'cookie', 'api_key', 'apiKey', 'token', 'password', 'secret', 'key_secret'];

/** JSON lines on stderr: stdout belongs to results. Each line carries the service and an ISO time. */
export function createLog(options: { service: string; level: string }): Log {
  return pino(
    {
      level: options.level,
      base: { service: options.service },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: secretNames.flatMap((name) => [name, `*.${name}`]), censor: '‹redacted›' },
    },
    pino.destination({ fd: 2, sync: true }),
  );
}
