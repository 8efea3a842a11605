import { useEffect, useRef } from 'react';
import { Link } from '../router/link.tsx';
import { reviewAddress } from '../router/routes.ts';
import { CopyButton } from '../text/copy-button.tsx';
import type { Desk } from './use-desk.ts';

/** After the end: one key to the next request. A note that came too late stays until the page is left. */
export const DecidedBar = ({ desk, next }: { desk: Desk; next: string | null }) => {
  const go = useRef<HTMLAnchorElement>(null);
  const { done, note, decision } = desk;
  const tooLate = done === null && note.trim() !== '';
  useEffect(() => {
    if (done !== null) go.current?.focus({ preventScroll: true });
  }, [done]);
  return (
    <section className="decision-bar decided" aria-label="Next">
      <div className="bar-ended" role="status">
        <p>
          {done === null
            ? (decision.refusal?.title ?? (tooLate ? 'Somebody decided while you were writing' : 'This request has ended'))
            : done}
          .
        </p>
        {tooLate && (
          <p className="kept-note">
            <span className="muted small">Not sent, your note:</span> {note} <CopyButton text={() => note} what="your note" />
          </p>
        )}
      </div>
      <Link ref={go} to={next === null ? '/' : reviewAddress(next)} className="button primary">
        {next === null ? 'Back to the inbox' : 'Next request'}
      </Link>
    </section>
  );
};
