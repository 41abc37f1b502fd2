import { Dialog as Radix } from 'radix-ui';
import type { ReactNode } from 'react';

/**
 * A question in front of the page. Without Radix's own overlay: that one locks scrolling through a style element, which
 * the page's policy forbids; ours covers the page, so that nothing under it can be scrolled by accident.
 */
export function Dialog({
  open,
  onOpenChange,
  title,
  hideTitle = false,
  isWide = false,
  children,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  hideTitle?: boolean;
  /** For texts with long lines. */
  isWide?: boolean;
  children: ReactNode;
}) {
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <div aria-hidden className="fixed inset-0 z-40 touch-none bg-[#000]/45" />
        <Radix.Content
          aria-describedby={undefined}
          className={`fixed top-[12vh] left-1/2 z-50 max-h-[76vh] -translate-x-1/2 overflow-auto overscroll-contain rounded-xl border border-line bg-panel shadow-2xl ${isWide ? 'w-[min(64rem,calc(100vw-2rem))]' : 'w-[min(36rem,calc(100vw-2rem))]'}`}
        >
          <Radix.Title className={hideTitle ? 'sr-only' : 'px-5 pt-4 pb-2 text-base font-semibold'}>
            {title}
          </Radix.Title>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
