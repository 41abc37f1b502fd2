/** The client's own session of what it printed; '' where it named none. */
export function printedSession({ attributes }: { attributes?: Record<string, unknown> | undefined }): string {
  const session = attributes?.['client_session_id'];
  return typeof session === 'string' ? session : '';
}
