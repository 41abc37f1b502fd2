export function TroublePage() {
  return null;
}
