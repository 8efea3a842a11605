import type { ReactNode } from 'react';

/** A numbered part of the review page; `#part-<n>` jumps to it. */
export const Section = ({
  part,
  title,
  aside,
  className = '',
  children,
}: {
  part: number;
  title: string;
  aside?: ReactNode;
  className?: string;
  children: ReactNode;
}) => (
  <section id={`part-${part}`} className={`part ${className}`} aria-labelledby={`part-${part}-title`} tabIndex={-1}>
    <header className="part-head">
      <h2 id={`part-${part}-title`}>
        <span className="part-number" aria-hidden="true">
          {part}
        </span>
        {title}
      </h2>
      {aside}
    </header>
    {children}
  </section>
);
