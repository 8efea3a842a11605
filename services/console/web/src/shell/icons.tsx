import type { RiskLevel } from '@holdpoint/contracts';
import type { ReactNode } from 'react';
import { RISK_LEVEL_NAMES } from '../limits.ts';

const Stroke = ({ children }: { children: ReactNode }) => (
  <svg className="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
    {children}
  </svg>
);

/** Numbers. */
export const Bars = () => (
  <Stroke>
    <path d="M2.5 13.5h11M4.5 11V8M8 11V3.5M11.5 11V6" />
  </Stroke>
);

/** The product's mark: a line that stops at a gate, and the point after it. */
export const Mark = () => (
  <svg className="mark" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    <path d="M2.5 12h6.5" className="mark-line" />
    <rect x="10.6" y="4.5" width="3" height="15" rx="1.5" className="mark-gate" />
    <circle cx="19" cy="12" r="2.5" className="mark-point" />
  </svg>
);

/** Four bars, filled up to the level: readable without colour. */
export const RiskBars = ({ level }: { level: RiskLevel }) => {
  const filled = RISK_LEVEL_NAMES.indexOf(level) + 1;
  return (
    <svg className="risk-bars" viewBox="0 0 16 12" aria-hidden="true" focusable="false">
      {RISK_LEVEL_NAMES.map((name, index) => (
        <rect
          key={name}
          x={index * 4}
          y={9 - index * 3}
          width="3"
          height={3 + index * 3}
          rx="0.75"
          className={index < filled ? 'on' : 'off'}
        />
      ))}
    </svg>
  );
};

export const ChevronLeft = () => (
  <Stroke>
    <path d="M10 3 5 8l5 5" />
  </Stroke>
);
export const ChevronDown = () => (
  <Stroke>
    <path d="m4 6 4 4 4-4" />
  </Stroke>
);
export const Gear = () => (
  <Stroke>
    <circle cx="8" cy="8" r="2.2" />
    <path d="M8 1.8v2M8 12.2v2M1.8 8h2M12.2 8h2M3.6 3.6 5 5M11 11l1.4 1.4M12.4 3.6 11 5M5 11l-1.4 1.4" />
  </Stroke>
);
export const Hand = () => (
  <Stroke>
    <circle cx="8" cy="8" r="6" />
    <path d="M6.2 5.6v4.8M9.8 5.6v4.8" />
  </Stroke>
);
export const Search = () => (
  <Stroke>
    <circle cx="7" cy="7" r="4.2" />
    <path d="m10.2 10.2 3.3 3.3" />
  </Stroke>
);
export const Person = () => (
  <Stroke>
    <circle cx="8" cy="5.2" r="2.6" />
    <path d="M2.8 13.5c.6-2.8 2.6-4.2 5.2-4.2s4.6 1.4 5.2 4.2" />
  </Stroke>
);
export const Warning = () => (
  <Stroke>
    <path d="M8 2.2 14.3 13H1.7L8 2.2Z" />
    <path d="M8 6.4v3.2M8 11.3v.2" />
  </Stroke>
);
export const Check = () => (
  <Stroke>
    <path d="m3 8.5 3.2 3.2L13 4.8" />
  </Stroke>
);
export const Cross = () => (
  <Stroke>
    <path d="m4 4 8 8m0-8-8 8" />
  </Stroke>
);
export const Pencil = () => (
  <Stroke>
    <path d="m3 13 .7-3L10.5 3.2a1.4 1.4 0 0 1 2 0l.3.3a1.4 1.4 0 0 1 0 2L6 12.3 3 13Z" />
  </Stroke>
);
export const Clipboard = () => (
  <Stroke>
    <rect x="5" y="5" width="8" height="8.5" rx="1.2" />
    <path d="M10.5 5V3.2c0-.4-.3-.7-.7-.7H3.7c-.4 0-.7.3-.7.7v6.6c0 .4.3.7.7.7H5" />
  </Stroke>
);
export const ThemeIcon = ({ theme }: { theme: 'system' | 'light' | 'dark' }) => (
  <Stroke>
    <circle cx="8" cy="8" r="5.2" />
    {theme !== 'light' && (
      <path
        className="icon-fill"
        d={theme === 'dark' ? 'M8 2.8a5.2 5.2 0 0 1 0 10.4 5.2 5.2 0 0 1 0-10.4Z' : 'M8 2.8a5.2 5.2 0 0 1 0 10.4Z'}
      />
    )}
  </Stroke>
);
