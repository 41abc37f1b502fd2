/** Where the servers of a test run listen; the same whether they are local binaries or containers. */
export type Backend = AsyncDisposable & {
  kind: 'local' | 'containers';
  /** A superuser's URL; databases are made with it. */
  postgresUrl: string;
  /** Database 0 belongs to the test kit. */
  redisUrl: string;
};
