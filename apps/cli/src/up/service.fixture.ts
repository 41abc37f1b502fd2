// A service reduced to how it lives and dies; its one variable says in which way.
import { processEnvironment } from '@telltale/runtime/config';

const behaviour = processEnvironment()['BEHAVIOUR'];
if (behaviour === 'refuses') {
  process.stderr.write(`${JSON.stringify({ level: 60, msg: 'could not start', err: { message: 'no database' } })}\n`);
} else {
  live();
}

function live(): void {
  const leave = () => {
    clearInterval(life);
    if (process.connected) process.disconnect();
  };
  const life = setInterval(() => undefined, 60_000);
  process.on('SIGTERM', () => behaviour === 'stubborn' || leave());
  process.on('disconnect', leave);
  process.send?.({ type: 'started' });
}
