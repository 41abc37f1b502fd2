/**
 * Loaded before a service: its wall clock steps when the parent says so (`{ type: 'clock', offMs }`), as that of a
 * machine whose time was wrong and is set right. The monotonic clock stays true, as it does there.
 */
const RealDate = Date;
const realNow = Date.now.bind(Date);
let offMs = 0;

type Told = { type?: unknown; offMs?: unknown };

process.on('message', (message: Told) => {
  if (message.type === 'clock' && typeof message.offMs === 'number') offMs = message.offMs;
});

const now = (): number => realNow() + offMs;
RealDate.now = now;
globalThis.Date = new Proxy(RealDate, {
  construct: (target, args: unknown[], newTarget) =>
    Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as Date,
  apply: () => new RealDate(now()).toString(),
});
