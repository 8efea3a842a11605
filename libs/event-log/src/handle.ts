import type { Event } from '@holdpoint/contracts';
import { eventIdOf } from '@holdpoint/sealing';
import { RevisionConflict } from './errors.ts';
import type { Decider, EventLog, Handled, HandleOptions } from './log-types.ts';

/** Decisions on one command before giving up: each conflict means another command won, so five in a row is a hot stream. */
const DECISIONS_MAX = 5;

/**
 * Runs a command through a decider: load, decide, append at the revision decided on. When another append came first, decide again on what
 * it left. A command that was handled before is answered with its own events and appends nothing. A state the caller brings (`known`) saves
 * the reading, and is only ever the ground for an append, which the revision guards; never for a refusal or for doing nothing.
 */
export const handler =
  (log: Pick<EventLog, 'append' | 'load'>) =>
  async <S, C, E extends Event>(
    decider: Decider<S, C, E>,
    stream: string,
    command: C,
    { known, ...options }: HandleOptions<S>,
  ): Promise<Handled<S, E>> => {
    const reload = () => loadState(log, decider, stream, options.commandId);
    let current = known ?? (await reload());
    let loaded = known === undefined;
    for (let decision = 1; ; decision++) {
      if ('repeated' in current) return current.repeated;
      const events = decideOn(decider, command, current.state, loaded);
      if (events?.length === 0 && loaded) return { ...current, events, position: null };
      try {
        if (events && events.length > 0) {
          const expectedRevision = current.revision < 0 ? 'none' : current.revision;
          const { revision, position } = await log.append(stream, events, { ...options, expectedRevision });
          return { state: events.reduce(decider.evolve, current.state), revision, events, position };
        }
      } catch (error) {
        if (!(error instanceof RevisionConflict) || decision === DECISIONS_MAX) throw error;
      }
      current = await reload();
      loaded = true;
    }
  };

/** A state the caller brought may be old, so a refusal on its ground is none yet: null asks for the stream's own state. */
const decideOn = <S, C, E extends Event>(decider: Decider<S, C, E>, command: C, state: S, loaded: boolean): E[] | null => {
  try {
    return decider.decide(command, state);
  } catch (error) {
    if (loaded) throw error;
    return null;
  }
};

const loadState = async <S, C, E extends Event>(
  log: Pick<EventLog, 'load'>,
  decider: Decider<S, C, E>,
  stream: string,
  commandId: string,
): Promise<{ state: S; revision: number } | { repeated: Handled<S, E> }> => {
  const { events, revision } = await log.load(stream);
  const state = events.reduce((folded, event) => decider.evolve(folded, event as unknown as E), decider.initial);
  const first = events.findIndex(event => event.id === eventIdOf(commandId, 0));
  if (first < 0) return { state, revision };
  const own = events.slice(first).filter((event, index) => event.id === eventIdOf(commandId, index));
  return { repeated: { state, revision, events: own as unknown as E[], position: own.at(-1)?.position ?? null } };
};
