import type { DecidedBy } from '@holdpoint/contracts';
import { useEffect, useRef } from 'react';
import type { ApiError } from '../api/client.ts';
import { Link } from '../router/link.tsx';
import { AgentText } from '../text/agent-text.tsx';
import { Day } from '../time/clock.tsx';
import { personName } from './words.ts';

/** What `410 erased` says; null where it says less, as an older console might. */
type Erasure = { ground: 'retention' | 'request'; by: DecidedBy; reason: string; erasedAt: string; keysDestroyedAt: string | null };
const erasureOf = ({ problem }: ApiError): Erasure | null =>
  typeof problem['erasedAt'] === 'string' && typeof problem['reason'] === 'string' ? (problem as unknown as Erasure) : null;

/** In place of a request whose words are erased: who ordered it, when and why, and what is left. @param justNow whether it could be read until now */
export const Erased = ({ error, justNow }: { error: ApiError; justNow: boolean }) => {
  const heading = useRef<HTMLHeadingElement>(null);
  const erasure = erasureOf(error);
  useEffect(() => {
    document.title = 'Erased · Holdpoint';
    // Whoever was reading it goes on here.
    if (justNow) heading.current?.focus({ preventScroll: true });
  }, [justNow]);
  return (
    <section className="notice info erased">
      <h1 className="notice-title" ref={heading} tabIndex={-1}>
        What this request said is erased
      </h1>
      {erasure === null ? (
        <p>{error.message}</p>
      ) : (
        <>
          <p>
            {erasure.ground === 'retention' ? (
              <>Its time was over: your organisation keeps what was written only for so long. It went</>
            ) : (
              <>
                <AgentText text={personName(erasure.by)} /> ordered it
              </>
            )}{' '}
            on <Day at={erasure.erasedAt} />.
          </p>
          <blockquote>
            <AgentText block text={erasure.reason} />
          </blockquote>
          <p className="muted">
            {erasure.keysDestroyedAt === null ? (
              'The keys that open it are being destroyed; until that is done it is already nobody’s to read.'
            ) : (
              <>
                The keys that opened it were destroyed on <Day at={erasure.keysDestroyedAt} />; nobody can read it again.
              </>
            )}
          </p>
        </>
      )}
      <p>
        The record of the decision stays in the log: who decided what and when, which rule spoke, the hashes and the receipts. The audit
        export has it. <Link to="/">Go to the inbox</Link>
      </p>
    </section>
  );
};
