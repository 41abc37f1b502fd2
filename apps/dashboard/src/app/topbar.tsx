import type { SignedIn } from '@telltale/contracts/http/sign-in';
import { Search } from 'lucide-react';
import { Button } from '../ui/button.tsx';
import { Brand } from './brand.tsx';
import { PersonMenu } from './person-menu.tsx';
import { TeamMenu } from './team-menu.tsx';
import { ThemeToggle } from './theme-toggle.tsx';

export function Topbar({ who, onPalette }: { who: SignedIn; onPalette: () => void }) {
  return (
    <header className="sticky top-0 z-20 flex h-12 items-center gap-2 bg-ground/90 px-4 backdrop-blur md:px-6">
      <span className="flex items-center gap-2 md:hidden">
        <Brand />
      </span>
      <TeamMenu who={who} />
      <div className="ml-auto flex items-center gap-1">
        <Button tone="ghost" onClick={onPalette} aria-keyshortcuts="Meta+K Control+K">
          <Search aria-hidden className="size-4" />
          <span className="sr-only text-xs sm:not-sr-only">Go to…</span>
          <kbd aria-hidden className="hidden rounded border border-line px-1 font-sans text-2xs sm:inline">
            ⌘K
          </kbd>
        </Button>
        <ThemeToggle />
        <PersonMenu who={who} />
      </div>
    </header>
  );
}
