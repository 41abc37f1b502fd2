import { Monitor, Moon, Sun } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../ui/button.tsx';
import { applyTheme, chosenTheme, type Theme } from './theme.ts';

const next: Record<Theme, Theme> = { system: 'light', light: 'dark', dark: 'system' };
const icons = { system: Monitor, light: Sun, dark: Moon } as const;

export function ThemeToggle() {
  const [theme, setTheme] = useState(chosenTheme);
  const Icon = icons[theme];
  const change = (): void => {
    const then = next[theme];
    applyTheme(then);
    setTheme(then);
  };
  return (
    <Button tone="ghost" onClick={change} className="px-2!" aria-label={`Colours: ${theme}. Change to ${next[theme]}`}>
      <Icon aria-hidden className="size-4" />
    </Button>
  );
}
