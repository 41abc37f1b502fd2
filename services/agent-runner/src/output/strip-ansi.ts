// Colours and cursor moves (CSI), titles and links (OSC), and the two-character sequences.
// oxlint-disable-next-line no-control-regex
const sequences = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\^_])/g;

/** The text without terminal control sequences. */
export function stripAnsi(text: string): string {
  return text.includes('\u001b') ? text.replace(sequences, '') : text;
}
