/** A terminal or pipe that closed must not end the work: `up` still has its servers to stop, a run its exit code to pass on. */
function ignore(): void {}

/**
 * A stream of this process to write on, whose reader may be gone. Only asked for when there is something to write:
 * opening one makes its pipe non-blocking, and a watched command may share it.
 */
export function standardStream(name: 'stdout' | 'stderr'): NodeJS.WriteStream {
  const stream = process[name];
  if (!stream.listeners('error').includes(ignore)) stream.on('error', ignore);
  return stream;
}
