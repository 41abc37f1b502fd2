export type Theme = 'system' | 'light' | 'dark';

const place = 'telltale.theme';

/** What the person chose last; the system's own until then, and where nothing may be kept. */
export function chosenTheme(): Theme {
  try {
    const value = localStorage.getItem(place);
    return value === 'light' || value === 'dark' ? value : 'system';
  } catch {
    return 'system';
  }
}

export function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
  // Charts are drawn, not styled: they hear of it and draw anew.
  dispatchEvent(new Event('telltale:theme'));
  try {
    localStorage.setItem(place, theme);
  } catch {
    // Private windows may refuse: the choice holds until the page is left.
  }
}
