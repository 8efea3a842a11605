import { clockTime, dayOf, timeAgo, timeLeft } from './time-left.ts';
import { useNow } from './use-now.ts';

/** A deadline that ticks. The exact instant is in the tooltip and for machines. */
export const Countdown = ({ until, prefix }: { until: string; prefix?: string }) => {
  const left = timeLeft(until, useNow());
  return (
    <time dateTime={until} title={new Date(until).toString()} className={`countdown ${left.urgency}`}>
      {prefix !== undefined && left.urgency !== 'over' && `${prefix} `}
      {left.text}
    </time>
  );
};

/** A past instant, as an age. */
export const Ago = ({ at }: { at: string }) => (
  <time dateTime={at} title={new Date(at).toString()}>
    {timeAgo(at, useNow())}
  </time>
);

/** An instant on the reader's clock. */
export const Clock = ({ at }: { at: string }) => (
  <time dateTime={at} title={new Date(at).toString()}>
    {clockTime(at, useNow())}
  </time>
);

/** The day of an instant, with its year. */
export const Day = ({ at }: { at: string }) => (
  <time dateTime={at} title={new Date(at).toString()}>
    {dayOf(at)}
  </time>
);
