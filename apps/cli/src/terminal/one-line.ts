// Escape sequences, and the marks that turn the direction of what follows: texts come from agents, and none of them
// may move the cursor, change colours or hide a part of a line.
// eslint-disable-next-line no-control-regex
const harmful = /[\u0000-\u0008\u000E-\u001F\u007F-\u009F\u200E\u200F\u202A-\u202E\u2066-\u2069]/g;

// Colours are meant for a terminal and are left out; what else begins like them is shown to be there.
// eslint-disable-next-line no-control-regex
const colour = /\u001B\[[\d;:]*m/g;

/** Somebody else's text as one harmless line. */
export function oneLine(text: string): string {
  return text.replaceAll(colour, '').replaceAll(/\s+/g, ' ').trim().replaceAll(harmful, '\uFFFD');
}
