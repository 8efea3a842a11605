import type { Me } from '@holdpoint/contracts';
import { useQueryClient } from '@tanstack/react-query';
import { type ComponentType, lazy, Suspense, useEffect, useRef } from 'react';
import { ApiError } from '../api/client.ts';
import { followLive } from '../api/live.ts';
import { useMe } from '../api/queries.ts';
import { keys } from '../api/query-keys.ts';
import { Inbox } from '../inbox/inbox.tsx';
import { KeyHelp } from '../keys/key-help.tsx';
import { Review } from '../review/review.tsx';
import { Link } from '../router/link.tsx';
import { usePlace } from '../router/location.ts';
import { routeOf } from '../router/routes.ts';
import { SignIn } from '../sign-in/sign-in.tsx';
import { keepFocus } from './keep-focus.ts';
import { Notice } from './notice.tsx';
import { TopBar } from './top-bar.tsx';

/** Loaded when somebody goes there: the inbox does not wait for it. */
const Settings = lazy(() => import('../settings/settings.tsx').then(({ Settings: page }) => ({ default: page })));

const Metrics = lazy(() => import('../metrics/metrics.tsx').then(({ Metrics: page }) => ({ default: page })));

/** Pages for people who are not signed in, by address. */
const DOORS: Readonly<Record<string, ComponentType>> = {
  '/invitation': lazy(() => import('../sign-in/invitation.tsx')),
  '/password-reset': lazy(() => import('../sign-in/new-password.tsx')),
  '/confirm-email': lazy(() => import('../sign-in/confirm-email.tsx')),
  '/forgot-password': lazy(() => import('../sign-in/forgot-password.tsx')),
  '/sign-in/return': lazy(() => import('../sign-in/sign-on-return.tsx')),
};
const AddFactor = lazy(() => import('../sign-in/add-factor.tsx'));

/** The whole app: sign-in until somebody is signed in, at whatever address they came to, then the page of that address. */
export const App = () => {
  const { path } = usePlace();
  const DoorPage = DOORS[path];
  return DoorPage === undefined ? <Inside /> : <Suspense fallback={<p className="splash">Opening…</p>}>{<DoorPage />}</Suspense>;
};

const Inside = () => {
  const me = useMe();
  if (me.data?.mustAddFactor === true)
    return (
      <Suspense fallback={<p className="splash">Opening…</p>}>
        <AddFactor />
      </Suspense>
    );
  if (me.data) return <SignedIn me={me.data} />;
  if (me.isPending) return <p className="splash">Opening the console…</p>;
  if (me.error instanceof ApiError && me.error.status === 401) return <SignIn />;
  return (
    <main className="splash">
      <Notice tone="warn" alone title="The console does not answer">
        <p>{me.error.message} Agents keep waiting; nothing is approved meanwhile.</p>
        <button type="button" className="button" onClick={() => void me.refetch()}>
          Try again
        </button>
      </Notice>
    </main>
  );
};

const SignedIn = ({ me }: { me: Me }) => {
  const client = useQueryClient();
  const { path, search } = usePlace();
  const route = routeOf(path, search);
  const main = useRef<HTMLElement>(null);
  useEffect(() => followLive(client), [client]);
  useEffect(() => (main.current === null ? undefined : keepFocus(main.current)), []);
  useEffect(() => void import('../push/tell-used.ts').then(({ tellUsed }) => tellUsed()), []);
  useSignOutWhenSessionEnds();
  return (
    <>
      <a className="skip-link" href="#main">
        Skip to content
      </a>
      <TopBar me={me} />
      <main id="main" ref={main} tabIndex={-1}>
        {route.page === 'inbox' && <Inbox search={search} />}
        {route.page === 'review' && <Review key={route.id} id={route.id} prepared={route.prepared} />}
        {route.page === 'metrics' && (
          <Suspense fallback={<p className="muted loading">Opening the numbers…</p>}>
            <Metrics me={me} search={search} list={route.list} />
          </Suspense>
        )}
        {route.page === 'settings' && (
          <Suspense fallback={<p className="muted loading">Opening the settings…</p>}>
            <Settings me={me} part={route.part} />
          </Suspense>
        )}
        {route.page === 'unknown' && (
          <Notice tone="info" alone title="There is no such page">
            <p>
              The address may have been cut off on its way. <Link to="/">Go to the inbox</Link>
            </p>
          </Notice>
        )}
      </main>
      <KeyHelp />
    </>
  );
};

/** Any answer of 401 means the session ended: the sign-in form comes, the address stays. */
const useSignOutWhenSessionEnds = () => {
  const client = useQueryClient();
  useEffect(
    () =>
      client.getQueryCache().subscribe(({ query }) => {
        const { error } = query.state;
        if (error instanceof ApiError && error.status === 401 && query.queryKey[0] !== keys.me[0])
          void client.resetQueries({ queryKey: keys.me });
      }),
    [client],
  );
};
