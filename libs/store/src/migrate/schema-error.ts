/** The database's schema and this program do not fit; the message says which side to change. */
export class SchemaError extends Error {
  readonly code: 'newer' | 'older' | 'none';
  constructor(code: 'newer' | 'older' | 'none', message: string) {
    super(message);
    this.name = 'SchemaError';
    this.code = code;
  }
}
