import type { ReactNode } from 'react';

/** A boxed message. `warn` and `bad` are announced at once to those who do not see it. */
export const Notice = ({ tone, title, children }: { tone: 'info' | 'good' | 'warn' | 'bad'; title: string; children?: ReactNode }) => (
  <section className={`notice ${tone}`} role={tone === 'warn' || tone === 'bad' ? 'alert' : undefined}>
    <h2>{title}</h2>
    {children}
  </section>
);
