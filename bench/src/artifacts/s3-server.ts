import S3rver from 's3rver';

/** A server that speaks S3, with one bucket in the folder that is its argument: `{type: 'started', port}` when it listens. */
const [, , directory = ''] = process.argv;
const server = new S3rver({
  address: '127.0.0.1',
  port: 0,
  silent: true,
  directory,
  configureBuckets: [{ name: 'artifacts', configs: [] }],
});
const { port } = await server.run();
process.on('SIGTERM', () => process.exit(0));
process.send?.({ type: 'started', port });
