import type { Me } from '@holdpoint/contracts';
import type { KeyboardEvent } from 'react';
import { post } from '../api/client.ts';
import { useLive } from '../api/live.ts';
import { openKeyHelp } from '../keys/key-help.tsx';
import { Link } from '../router/link.tsx';
import { Bars, Gear, Mark, Person, ThemeIcon } from './icons.tsx';
import { rightsOf } from '../settings/rights.ts';
import { Logo } from './logo.tsx';
import { useTheme } from './theme.ts';

const LIVE_WORDS = { connecting: 'Connecting', live: 'Live', broken: 'Reconnecting' } as const;

const LiveState = () => {
  const { state } = useLive();
  return (
    <span
      className={`live-state ${state}`}
      role="status"
      title={state === 'live' ? 'Changes arrive by themselves' : 'The page asks every few seconds until the live connection is back'}
    >
      <span className="live-dot" aria-hidden="true" />
      {LIVE_WORDS[state]}
    </span>
  );
};

const ThemeButton = () => {
  const { theme, next } = useTheme();
  return (
    <button type="button" className="icon-button" onClick={next} aria-label={`Theme: ${theme}. Change`} title={`Theme: ${theme}`}>
      <ThemeIcon theme={theme} />
    </button>
  );
};

/** Whose console this is: by its logo, else by its initials and name. */
const Organization = ({ name, initials, logo }: Me['organization']) => (
  <span className="organization">
    {logo !== null && <Logo src={logo} name={name} />}
    {logo === null && initials !== null && (
      <span className="initials" aria-hidden="true">
        {initials}
      </span>
    )}
    {logo === null && name}
  </span>
);

/** As any menu: `Escape` closes it and leaves the page where it is. */
const closeOnEscape = (event: KeyboardEvent<HTMLDetailsElement>) => {
  const menu = event.currentTarget;
  if (event.key !== 'Escape' || !menu.open) return;
  event.preventDefault();
  menu.open = false;
  menu.querySelector('summary')?.focus();
};

/** The bar on every page: where you are, whether the page is live, who you are. */
export const TopBar = ({ me }: { me: Me }) => {
  const signOut = async () => {
    // Even if the server cannot be asked, what was read must leave this screen: a new page remembers nothing.
    await post('/api/sign-out', {}).catch(() => null);
    window.location.replace('/');
  };
  return (
    <header className="top-bar">
      <Link to="/" className="brand">
        <Mark />
        Holdpoint
      </Link>
      <Organization {...me.organization} />
      <LiveState />
      <button
        type="button"
        className="icon-button keys-button"
        onClick={openKeyHelp}
        aria-label="Keyboard shortcuts"
        title="Keyboard shortcuts"
      >
        ?
      </button>
      {rightsOf(me).readsGate && (
        <Link to="/reports" className="icon-button settings-link" aria-label="How it goes" title="How it goes">
          <Bars />
        </Link>
      )}
      <Link to="/settings" className="icon-button settings-link" aria-label="Settings" title="Settings">
        <Gear />
      </Link>
      <ThemeButton />
      <details className="account" onKeyDown={closeOnEscape}>
        <summary aria-label={`Account of ${me.name}`}>
          <Person />
          <span className="account-name">{me.name}</span>
        </summary>
        <div className="account-menu">
          <strong>{me.name}</strong>
          <span>{me.email}</span>
          <span className="muted">{me.roles.join(', ')}</span>
          <button type="button" className="button" onClick={() => void signOut()}>
            Sign out
          </button>
        </div>
      </details>
    </header>
  );
};
