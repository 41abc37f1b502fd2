import fc from 'fast-check';

/** What people and scanners send where something else is expected; a schema judges each whether it is wrong there. */
export const hostileText = fc.oneof(
  fc.constantFrom('', ' ', '0', '-1', '1.5', '1e1', '0x5', '101', '99999999999999999999', 'NaN', 'null', 'true', '[]'),
  fc.constantFrom('\u0000', 'a\u0000b', '..', '../../etc/passwd', "'; drop table run; --", '2026-02-30T00:00:00Z'),
  fc.constantFrom('2026-13-01', 'yesterday', '2106-01-01T00:00:00Z', 'x'.repeat(201), 'x'.repeat(2_001)),
  fc.string({ unit: 'binary', maxLength: 30 }),
);

const hostileValue = fc.oneof(
  hostileText,
  fc.constantFrom<unknown>(null, true, -1, 1.5, 1e300, 2 ** 53, [], {}, [[]], '\ud800', { a: '\u0000' }),
  fc.jsonValue({ maxDepth: 2 }),
);

type Place = readonly (string | number)[];

/** Paths to every member of a JSON value, the whole excluded. */
function placesIn(value: unknown, path: Place = []): Place[] {
  if (typeof value !== 'object' || value === null) return [];
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return entries.flatMap(([key, part]) => [[...path, key], ...placesIn(part, [...path, key])]);
}

function changed(value: unknown, [key, ...rest]: Place, change: { to: unknown } | 'removed'): unknown {
  if (key === undefined) return change === 'removed' ? undefined : change.to;
  if (Array.isArray(value)) {
    const parts = value.map((part: unknown, index) => (index === key ? changed(part, rest, change) : part));
    return parts.filter((part) => part !== undefined);
  }
  if (typeof value !== 'object' || value === null) return value;
  const parts = { ...value, [key]: changed(Reflect.get(value, key), rest, change) };
  return Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== undefined));
}

/** The same values with one member replaced or taken away, or something else as a whole. */
export function brokenOf(whole: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const one = fc.tuple(whole, fc.nat(), fc.option(hostileValue, { nil: undefined })).map(([value, draw, to]) => {
    const places = placesIn(value);
    const place = places[draw % Math.max(1, places.length)] ?? [];
    return changed(value, place, to === undefined ? 'removed' : { to });
  });
  return fc.oneof({ weight: 6, arbitrary: one }, { weight: 1, arbitrary: hostileValue });
}
