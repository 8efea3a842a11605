import type { ReactNode } from 'react';

type Props = {
  tone: 'info' | 'good' | 'warn' | 'bad';
  title: string;
  /** Whether this is all there is on the page, so that its title is the page's. */
  alone?: boolean;
  children?: ReactNode;
};

/** A boxed message. `warn` and `bad` are announced at once to those who do not see it. */
export const Notice = ({ tone, title, alone = false, children }: Props) => {
  const Title = alone ? 'h1' : 'h2';
  return (
    <section className={`notice ${tone}`} role={tone === 'warn' || tone === 'bad' ? 'alert' : undefined}>
      <Title className="notice-title">{title}</Title>
      {children}
    </section>
  );
};
