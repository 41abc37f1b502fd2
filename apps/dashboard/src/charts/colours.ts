const probe = (): CSSStyleDeclaration => getComputedStyle(document.documentElement);

/** A colour of the theme as a canvas takes it: resolved for the light or dark page at this moment. */
export function themeColour(name: string): string {
  const element = document.createElement('span');
  element.style.color = `var(--color-${name})`;
  document.body.append(element);
  const { color } = getComputedStyle(element);
  element.remove();
  return color || probe().color;
}

/** The colour of the nth series; more than six start over. */
export const seriesColour = (index: number): string => `series-${(index % 6) + 1}`;

/** The same colour, let through by that much. */
export const fade = (colour: string, alpha: number): string =>
  colour.startsWith('rgb(')
    ? colour.replace('rgb(', 'rgba(').replace(')', `, ${alpha})`)
    : `color-mix(in srgb, ${colour} ${alpha * 100}%, transparent)`;
