import { useEffect, useRef } from 'react';
import { signIn } from '../../server/session.ts';
import { linkOf } from './link-of.ts';

/**
 * Who is signed in and opens a one-time link: the link is used, and who it is for sees the fleet; one that is used or
 * expired changes nothing. Nothing of it stays in the address.
 */
export function EnterAgain() {
  const tried = useRef(false);
  useEffect(() => {
    if (tried.current) return;
    tried.current = true;
    const enter = async (): Promise<void> => {
      const link = linkOf(location.hash);
      if (link !== null) await signIn({ link }).catch(() => null);
      // Loaded anew: what was answered to another key is not this one's to see.
      location.replace('/');
    };
    void enter();
  }, []);
  return (
    <p role="status" className="pt-8 text-sm text-quiet">
      Opening the fleet …
    </p>
  );
}
