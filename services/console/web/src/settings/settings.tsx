import type { Me } from '@holdpoint/contracts';
import { type ComponentType, lazy, Suspense, useEffect } from 'react';
import { Link } from '../router/link.tsx';
import { Notice } from '../shell/notice.tsx';
import { type Rights, rightsOf } from './rights.ts';

export type PartProps = { me: Me; rights: Rights };
type Part = { name: string; label: string; reads: (rights: Rights) => boolean; page: ComponentType<PartProps> };

const everybody = () => true;
const gateReaders = (rights: Rights) => rights.readsGate;

/** The pages in order; each is loaded when somebody goes there. */
const PARTS: readonly Part[] = [
  { name: 'safety', label: 'Safety', reads: gateReaders, page: lazy(() => import('./safety.tsx')) },
  { name: 'policies', label: 'Policies', reads: gateReaders, page: lazy(() => import('./policies.tsx')) },
  { name: 'people', label: 'People', reads: everybody, page: lazy(() => import('./people.tsx')) },
  { name: 'on-call', label: 'On call', reads: everybody, page: lazy(() => import('./on-call.tsx')) },
  { name: 'escalations', label: 'Escalations', reads: everybody, page: lazy(() => import('./escalations.tsx')) },
  { name: 'grants', label: 'Grants', reads: gateReaders, page: lazy(() => import('./grants.tsx')) },
  { name: 'access', label: 'Access', reads: everybody, page: lazy(() => import('./access.tsx')) },
];

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
        <p className="settings-title">Settings</p>
        {readable.map(({ name, label }) => (
          <Link key={name} to={`/settings/${name}`} aria-current={current?.name === name ? 'page' : undefined}>
            {label}
          </Link>
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
