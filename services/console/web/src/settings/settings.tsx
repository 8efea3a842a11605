import type { Me } from '@holdpoint/contracts';
import { type ComponentType, lazy, Suspense, useEffect } from 'react';
import { Link } from '../router/link.tsx';
import { navigate } from '../router/location.ts';
import { Notice } from '../shell/notice.tsx';
import { type Rights, rightsOf } from './rights.ts';

export type PartProps = { me: Me; rights: Rights };
type Part = { name: string; label: string; reads: (rights: Rights) => boolean; page: ComponentType<PartProps> };

const everybody = () => true;
const gateReaders = (rights: Rights) => rights.readsGate;
const settingsReaders = (rights: Rights) => rights.readsSettings;

/** The pages in order, under whose settings they are; each is loaded when somebody goes there. */
const GROUPS: readonly { title: string; parts: readonly Part[] }[] = [
  {
    title: 'You',
    parts: [
      { name: 'first-steps', label: 'First steps', reads: everybody, page: lazy(() => import('./first-steps.tsx')) },
      { name: 'profile', label: 'Profile', reads: everybody, page: lazy(() => import('./you/profile.tsx')) },
      { name: 'notifications', label: 'Where I am told', reads: everybody, page: lazy(() => import('./you/notifications.tsx')) },
      { name: 'security', label: 'Security', reads: everybody, page: lazy(() => import('./you/security.tsx')) },
      { name: 'tokens', label: 'Access tokens', reads: everybody, page: lazy(() => import('./you/tokens.tsx')) },
    ],
  },
  {
    title: 'The gate',
    parts: [
      { name: 'safety', label: 'Safety', reads: gateReaders, page: lazy(() => import('./safety.tsx')) },
      { name: 'policies', label: 'Policies', reads: gateReaders, page: lazy(() => import('./policies.tsx')) },
      { name: 'escalations', label: 'Escalations', reads: everybody, page: lazy(() => import('./escalations.tsx')) },
      { name: 'grants', label: 'Grants', reads: gateReaders, page: lazy(() => import('./grants.tsx')) },
    ],
  },
  {
    title: 'People',
    parts: [
      { name: 'people', label: 'People', reads: everybody, page: lazy(() => import('./people.tsx')) },
      { name: 'on-call', label: 'On call', reads: everybody, page: lazy(() => import('./on-call.tsx')) },
      { name: 'sign-in', label: 'Sign-in', reads: settingsReaders, page: lazy(() => import('./members/sign-in-policy.tsx')) },
    ],
  },
  {
    title: 'Organisation',
    parts: [
      { name: 'organization', label: 'Organisation', reads: gateReaders, page: lazy(() => import('./organization/organization.tsx')) },
      {
        name: 'kept-and-erased',
        label: 'Kept and erased',
        reads: settingsReaders,
        page: lazy(() => import('./organization/kept-and-erased.tsx')),
      },
      { name: 'channels', label: 'Channels', reads: settingsReaders, page: lazy(() => import('./channels/channels.tsx')) },
      {
        name: 'channel-limits',
        label: 'What channels may',
        reads: settingsReaders,
        page: lazy(() => import('./channels/channel-limits.tsx')),
      },
      { name: 'templates', label: 'Words of messages', reads: settingsReaders, page: lazy(() => import('./channels/templates.tsx')) },
    ],
  },
  {
    title: 'Agents',
    parts: [
      { name: 'agents', label: 'Agents and keys', reads: settingsReaders, page: lazy(() => import('./agents/agents.tsx')) },
      { name: 'endpoints', label: 'Endpoints', reads: settingsReaders, page: lazy(() => import('./agents/endpoints.tsx')) },
      { name: 'connections', label: 'Connections', reads: settingsReaders, page: lazy(() => import('./agents/connections.tsx')) },
      { name: 'mcp-gateways', label: 'MCP gateways', reads: settingsReaders, page: lazy(() => import('./agents/mcp-gateways.tsx')) },
    ],
  },
];
const PARTS = GROUPS.flatMap(({ parts }) => parts);

/** The settings: a list of pages at the left, one of them beside it. */
export const Settings = ({ me, part }: { me: Me; part: string }) => {
  const rights = rightsOf(me);
  const readable = PARTS.filter(({ reads }) => reads(rights));
  const current = part === '' ? readable[0] : PARTS.find(({ name }) => name === part);
  useEffect(() => {
    document.title = `${current?.label ?? 'Settings'} · Holdpoint`;
  }, [current]);
  const Page = current?.page;
  return (
    <div className="settings">
      <nav className="settings-nav" aria-label="Settings">
        <select
          className="settings-choice"
          aria-label="Page of the settings"
          value={current?.name ?? ''}
          onChange={event => navigate(`/settings/${event.target.value}`)}
        >
          {current === undefined && <option value="">Choose…</option>}
          {GROUPS.filter(({ parts }) => parts.some(({ reads }) => reads(rights))).map(({ title, parts }) => (
            <optgroup key={title} label={title}>
              {parts
                .filter(({ reads }) => reads(rights))
                .map(({ name, label }) => (
                  <option key={name} value={name}>
                    {label}
                  </option>
                ))}
            </optgroup>
          ))}
        </select>
        {GROUPS.filter(({ parts }) => parts.some(({ reads }) => reads(rights))).map(({ title, parts }) => (
          <div key={title} className="settings-group">
            <p className="settings-title">{title}</p>
            {parts
              .filter(({ reads }) => reads(rights))
              .map(({ name, label }) => (
                <Link key={name} to={`/settings/${name}`} aria-current={current?.name === name ? 'page' : undefined}>
                  {label}
                </Link>
              ))}
          </div>
        ))}
      </nav>
      <div className="settings-page">
        {current === undefined || Page === undefined ? (
          <Notice tone="info" title="There is no such page">
            <p>Choose one of the pages beside this.</p>
          </Notice>
        ) : !current.reads(rights) ? (
          <Notice tone="info" title="This page is for others">
            <p>Seniors, administrators and auditors look at how the gate is set. You hold {me.roles.join(', ')}.</p>
          </Notice>
        ) : (
          <Suspense fallback={<p className="muted loading">Opening…</p>}>
            <h1>{current.label}</h1>
            <Page me={me} rights={rights} />
          </Suspense>
        )}
      </div>
    </div>
  );
};
