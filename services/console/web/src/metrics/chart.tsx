import type { Behind } from '@holdpoint/contracts';
import { useEffect, useId, useRef, useState } from 'react';
import uPlot from 'uplot';
import { useTheme } from '../shell/theme.ts';
import { Counted } from './figures.tsx';
import { type Shown, stretchOf } from './metrics-place.ts';

/** One line or one row of bars. `tone` names a colour of the page. */
export type Curve = {
  label: string;
  tone: 'bar' | 'accent' | 'agent' | 'bad' | 'warn';
  values: readonly (number | null)[];
  bars?: true;
  /** Which list one of its numbers leads to. */
  behind: (value: number) => [behind: Behind, value?: string];
};
type Props = {
  shown: Shown;
  title: string;
  /** Beginnings of equal stretches of time, RFC 3339. */
  starts: readonly string[];
  bucketSec: number;
  curves: readonly Curve[];
  words: (value: number | null) => string;
  /** Distances between two lines of the picture that read well, smallest first. */
  steps: number[];
};

const HEIGHT_PX = 190;
const DAY_SEC = 86_400;
/** Of the stretch of time that a bar stands for. */
const HALF_BAR = 0.5;

/** A picture of numbers over time, with the same numbers as a table for whoever cannot see it. */
export const Chart = ({ shown, title, starts, bucketSec, curves, words, steps }: Props) => {
  const id = useId();
  const place = useRef<HTMLDivElement>(null);
  const colours = useRef<HTMLSpanElement>(null);
  const { theme } = useTheme();
  const dark = usePrefersDark();
  useEffect(() => {
    const [element, swatches] = [place.current, colours.current];
    if (element === null || swatches === null) return undefined;
    // A canvas cannot read the page's paired colours: an element that has them can say what they are now.
    const colourOf = (name: string) => getComputedStyle(swatches.querySelector(`.${name}`) ?? swatches).color;
    const options = optionsOf({ width: element.clientWidth, curves, bucketSec, colourOf, words, steps });
    const data: uPlot.AlignedData = [starts.map(start => Date.parse(start) / 1_000), ...curves.map(({ values }) => [...values])];
    const plot = new uPlot(options, data, element);
    const resized = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT_PX }));
    resized.observe(element);
    return () => {
      resized.disconnect();
      plot.destroy();
    };
  }, [starts, bucketSec, curves, words, steps, theme, dark]);
  return (
    <figure className="chart" aria-labelledby={id}>
      <figcaption id={id}>
        {title}
        <span className="chart-key">
          {curves.map(({ label, tone }) => (
            <span key={label}>
              <span className={`chart-swatch ${tone}`} aria-hidden="true" />
              {label}
            </span>
          ))}
        </span>
      </figcaption>
      <span ref={colours} hidden>
        {['bar', 'accent', 'agent', 'bad', 'warn', 'ink', 'line'].map(name => (
          <span key={name} className={`tone-${name}`} />
        ))}
      </span>
      <div ref={place} className="chart-place" aria-hidden="true" />
      <details className="chart-table">
        <summary>As a table</summary>
        <div className="table-scroll" tabIndex={0} role="region" aria-label={`${title}, as a table`}>
          <table>
            <thead>
              <tr>
                <th scope="col">From (UTC)</th>
                {curves.map(({ label }) => (
                  <th key={label} scope="col" className="number">
                    {label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {starts.map((start, at) => (
                <tr key={start}>
                  <th scope="row">{startWords(start, bucketSec)}</th>
                  {curves.map(({ label, values, behind }) => (
                    <td key={label} className="number">
                      <Cell
                        shown={stretchOf(shown, start, bucketSec)}
                        value={values[at] ?? null}
                        behind={behind}
                        words={words}
                        about={`${label}, from ${startWords(start, bucketSec)}`}
                      />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  );
};

type CellProps = Pick<Curve, 'behind'> & Pick<Props, 'shown' | 'words'> & { value: number | null; about: string };

/** A number of the table, which leads to its list. */
const Cell = ({ shown, value, behind, words, about }: CellProps) => {
  if (value === null) return words(null);
  const [name, of] = behind(value);
  return (
    <Counted shown={shown} behind={name} value={of} label={`${words(value)} ${about}`}>
      {words(value)}
    </Counted>
  );
};

const startWords = (start: string, bucketSec: number): string =>
  bucketSec < DAY_SEC ? start.slice(0, 16).replace('T', ' ') : start.slice(0, 10);

type Drawn = Pick<Props, 'curves' | 'bucketSec' | 'words' | 'steps'> & { width: number; colourOf: (name: string) => string };

const optionsOf = ({ width, curves, bucketSec, colourOf, words, steps }: Drawn): uPlot.Options => {
  const [ink, line] = [colourOf('tone-ink'), colourOf('tone-line')];
  const axis = { stroke: ink, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 }, font: '12px system-ui' };
  return {
    width,
    height: HEIGHT_PX,
    // Days are days of UTC, as they are counted.
    tzDate: seconds => uPlot.tzDate(new Date(seconds * 1_000), 'Etc/UTC'),
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, points: { show: false } },
    scales: {
      // Room for the halves of the first and the last bar.
      x: { range: (_plot, min, max) => [min - bucketSec * HALF_BAR, max + bucketSec * HALF_BAR] },
      y: { range: (_plot, _min, max) => [0, max > 0 ? max * 1.08 : 1] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        space: 70,
        values: (_plot, splits) => splits.map(seconds => axisWords(seconds, bucketSec)),
        ...(bucketSec >= DAY_SEC && { incrs: [1, 2, 7, 14, 28, 91].map(days => days * DAY_SEC) }),
      },
      { ...axis, size: 62, incrs: steps, values: (_plot, splits) => splits.map(words) },
    ],
    series: [
      { value: (_plot, seconds) => startWords(new Date(seconds * 1_000).toISOString(), bucketSec) },
      ...curves.map(({ label, tone, bars }): uPlot.Series => {
        const colour = colourOf(`tone-${tone}`);
        return bars
          ? { label, stroke: colour, fill: colour, width: 0, points: { show: false }, ...(BARS && { paths: BARS }) }
          : { label, stroke: colour, width: 2, spanGaps: false, points: { show: true, size: 5, fill: colour } };
      }),
    ],
  };
};

const BARS = uPlot.paths.bars?.({ size: [0.8, 48], align: 0 });

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
/** `7 Nov`, and the time where a day has several. */
const axisWords = (seconds: number, bucketSec: number): string => {
  const at = new Date(seconds * 1_000);
  const day = `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]}`;
  return bucketSec >= DAY_SEC || at.getUTCHours() === 0 ? day : at.toISOString().slice(11, 16);
};

const usePrefersDark = (): boolean => {
  const [query] = useState(() => window.matchMedia('(prefers-color-scheme: dark)'));
  const [dark, setDark] = useState(query.matches);
  useEffect(() => {
    const changed = () => setDark(query.matches);
    query.addEventListener('change', changed);
    return () => query.removeEventListener('change', changed);
  }, [query]);
  return dark;
};
