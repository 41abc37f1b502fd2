/** What lies within JSON that a client wrote; nothing where it is no object. */
export const detailsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
