/** The folder of this process; one that was removed under it has no name, and git is then only seen by its reports. */
export function currentFolder(): string {
  try {
    return process.cwd();
  } catch {
    return '/';
  }
}
