import type { Behind, DurationFigures } from '@holdpoint/contracts';
import type { ReactNode } from 'react';
import { Link } from '../router/link.tsx';
import { behindAddress, secondsWords, type Shown } from './metrics-place.ts';

type NumberProps = { shown: Shown; behind: Behind; value?: string | undefined; label: string; children: ReactNode };

/** A number that leads to the requests it counts. `label` says of what it is a number, for whoever hears it alone. */
export const Counted = ({ shown, behind, value, label, children }: NumberProps) => (
  <Link className="counted" to={behindAddress(shown, behind, value)} aria-label={label}>
    {children}
  </Link>
);

/** Large numbers side by side. */
export const Figures = ({ children }: { children: ReactNode }) => <dl className="figures">{children}</dl>;

export const Figure = ({ name, note, tone, children }: { name: string; note?: ReactNode; tone?: 'bad' | 'warn'; children: ReactNode }) => (
  <div className={tone === undefined ? 'figure' : `figure ${tone}`}>
    <dt>{name}</dt>
    <dd>
      {children}
      {note !== undefined && <span className="figure-note">{note}</span>}
    </dd>
  </div>
);

const SHARES = ['p50', 'p90', 'p99'] as const;
const SHARE_WORDS = { p50: 'half within', p90: '90 % within', p99: '99 % within' } as const;

/** How long something took; each number leads to what took at least so long. */
export const Durations = ({
  shown,
  leg,
  name,
  figures,
}: {
  shown: Shown;
  leg: 'reach' | 'open' | 'decide';
  name: string;
  figures: DurationFigures;
}) => (
  <tr>
    <th scope="row">{name}</th>
    {SHARES.map(share => {
      const seconds = figures[share];
      return (
        <td key={share} className="number">
          {seconds === null ? (
            '–'
          ) : (
            <Counted
              shown={shown}
              behind="slow"
              value={`${leg}/${seconds}`}
              label={`${name}, ${SHARE_WORDS[share]} ${secondsWords(seconds)}: requests that took so long or longer`}
            >
              {secondsWords(seconds)}
            </Counted>
          )}
        </td>
      );
    })}
    <td className="number">
      <Counted shown={shown} behind="slow" value={`${leg}/0`} label={`${figures.count} requests of which it is known until when ${name}`}>
        {figures.count}
      </Counted>
    </td>
  </tr>
);

/** A table that scrolls sideways by itself where it is too wide. */
export const Table = ({
  label,
  head,
  children,
}: {
  label: string;
  head: readonly [name: string, number?: true][];
  children: ReactNode;
}) => (
  <div className="table-scroll" tabIndex={0} role="region" aria-label={`Table: ${label}`}>
    <table>
      <thead>
        <tr>
          {head.map(([name, number]) => (
            <th key={name} scope="col" className={number ? 'number' : undefined}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  </div>
);

type Share = { key: string; label: string; count: number; tone: string };

/** Shares of a whole as one bar; what each is stands beside it, so that colour is not needed. */
export const MixBar = ({ title, shares, link }: { title: string; shares: readonly Share[]; link: (share: Share) => ReactNode }) => {
  const whole = shares.reduce((sum, { count }) => sum + count, 0);
  const before = shares.map((_, at) => shares.slice(0, at).reduce((sum, { count }) => sum + count, 0));
  return (
    <div className="mix">
      <h3>{title}</h3>
      {whole > 0 && (
        <svg className="mix-bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true" focusable="false">
          {shares.map(({ key, count, tone }, at) => (
            <rect key={key} className={`mix-${tone}`} x={((before[at] ?? 0) / whole) * 100} width={(count / whole) * 100} height="4" />
          ))}
        </svg>
      )}
      {whole === 0 && <p className="muted">Nothing yet.</p>}
      <ul className="mix-key">
        {shares.map(share => (
          <li key={share.key}>
            <span className={`chart-swatch ${share.tone}`} aria-hidden="true" />
            {share.label} {link(share)}
          </li>
        ))}
      </ul>
    </div>
  );
};
