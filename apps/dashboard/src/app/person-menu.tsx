import type { SignedIn } from '@telltale/contracts/http/sign-in';
import { useQueryClient } from '@tanstack/react-query';
import { CircleUser } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { signOut } from '../server/session.ts';
import { Button } from '../ui/button.tsx';

const item = 'rounded px-2.5 py-1.5 text-sm outline-none data-highlighted:bg-raised';

/** Who is signed in, and the way out: from here, or from every browser that used the same key. */
export function PersonMenu({ who }: { who: SignedIn }) {
  const cache = useQueryClient();
  const leave = async (everywhere: boolean): Promise<void> => {
    await signOut(everywhere).catch(() => undefined);
    cache.clear();
    location.assign('/');
  };
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>
        <Button tone="ghost" className="px-2!" aria-label="You">
          <CircleUser aria-hidden className="size-4" />
        </Button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          sideOffset={4}
          className="z-50 w-60 rounded-lg border border-line bg-panel p-1.5 shadow-lg"
        >
          <DropdownMenu.Label className="px-2.5 py-1.5">
            <p className="text-sm font-medium">{who.principal.id}</p>
            <p className="text-xs text-quiet">
              {who.team_id === '*' ? 'all teams' : `team ${who.team_id}`} · {who.scopes.join(', ')}
            </p>
          </DropdownMenu.Label>
          <DropdownMenu.Separator className="my-1 h-px bg-line" />
          <DropdownMenu.Item className={item} onSelect={() => void leave(false)}>
            Sign out
          </DropdownMenu.Item>
          <DropdownMenu.Item className={item} onSelect={() => void leave(true)}>
            Sign out everywhere
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
