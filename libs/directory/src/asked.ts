import { SENIOR_ROLES, type Approvers, type Role } from '@holdpoint/contracts';
import type { Absence, DirectoryState } from './directory-state.ts';
import { keyOf } from './directory-state.ts';
import type { OnDuty } from './on-duty.ts';
import { derived, spanAround, spanOf, type Span } from './derived.ts';

/** Who is asked, ordered by id, and who of them takes whose place. */
export type Asked = { operators: readonly string[]; standIns: readonly { from: string; to: string }[] };

/** An absent delegate's delegate is asked, and that one's; further down the chain nobody is. */
const STAND_IN_HOPS_MAX = 3;
/** Lists of approvers remembered: a policy has a handful for each organisation. */
const KNOWN_MAX = 10_000;

const SENIORS: ReadonlySet<Role> = new Set(SENIOR_ROLES);

type Known = Span & { answer: Asked };

/**
 * Answers who is asked: holders of the roles, members of the teams, whoever is on call and those named; without the absent, with their
 * delegates. An answer is kept until a person, team, schedule or absence changes, or somebody leaves or comes back; one that asks a
 * schedule, for its minute.
 */
export const openAsked = (state: () => DirectoryState, onDuty: OnDuty) => {
  const people = derived(
    () => state().operators,
    operators => {
      const byTenant = Map.groupBy(operators.values(), person => person.tenant);
      for (const members of byTenant.values()) members.sort((a, b) => (a.operatorId < b.operatorId ? -1 : 1));
      return byTenant;
    },
  );
  const away = derived(() => state().absences, indexAbsences);
  const answers = new Map<string, Known>();
  let basis: readonly unknown[] = [];

  const search = (tenant: string, approvers: Approvers, atMs: number): Known => {
    const { teams, operators } = state();
    const asked = new Set<string>(approvers.operators);
    for (const team of approvers.teams ?? []) for (const id of teams.get(keyOf(tenant, team))?.members ?? []) asked.add(id);
    const spans = [spanAround(away().edges.get(tenant), atMs)];
    for (const scheduleId of approvers.schedules ?? []) {
      const duty = onDuty(tenant, scheduleId, atMs);
      for (const id of duty.operators) asked.add(id);
      spans.push(duty);
    }
    const called = (people().get(tenant) ?? []).filter(
      person => asked.has(person.operatorId) || person.roles.some(role => approvers.roles.includes(role)),
    );
    const isMember = (id: string): boolean => operators.get(id)?.tenant === tenant;
    const answer = withStandIns(
      called.map(person => person.operatorId),
      id => absentAt(away().of.get(id), atMs),
      isMember,
    );
    return { answer, ...spanOf(spans) };
  };

  const holdsSeniorRole = (id: string): boolean =>
    state()
      .operators.get(id)
      ?.roles.some(role => SENIORS.has(role)) ?? false;
  const seniorsOf = ({ operators, standIns }: Asked): Asked => ({
    operators: operators.filter(holdsSeniorRole),
    standIns: standIns.filter(({ to }) => holdsSeniorRole(to)),
  });

  return {
    asked: (tenant: string, approvers: Approvers, at: string, seniorOnly = false): Asked => {
      const { operators, teams, schedules, absences } = state();
      const now = [operators, teams, schedules, absences];
      if (basis.some((table, index) => table !== now[index]) || basis.length === 0 || answers.size >= KNOWN_MAX) answers.clear();
      basis = now;
      const atMs = Date.parse(at);
      const key = `${tenant} ${seniorOnly} ${JSON.stringify(approvers)}`;
      const known = answers.get(key);
      if (known !== undefined && atMs >= known.fromMs && atMs < known.untilMs) return known.answer;
      const all = search(tenant, approvers, atMs);
      const found = seniorOnly ? { ...all, answer: seniorsOf(all.answer) } : all;
      answers.set(key, found);
      return found.answer;
    },
    /** Members of a tenant, ordered by id. */
    members: (tenant: string) => people().get(tenant) ?? [],
    absence: (operatorId: string, at: string): Absence | null => absentAt(away().of.get(operatorId), Date.parse(at)),
  };
};

/** Replaces who is absent by the first of the delegates, delegates' delegates, … who is there; by nobody where the chain ends or turns. */
export const withStandIns = (
  called: readonly string[],
  absenceOf: (operatorId: string) => Absence | null,
  isMember: (operatorId: string) => boolean,
): Asked => {
  const standIn = (from: string): string | null => {
    const seen = [from];
    for (let hop = 0; hop <= STAND_IN_HOPS_MAX; hop += 1) {
      const current = seen.at(-1)!;
      const absence = absenceOf(current);
      if (absence === null) return current;
      if (absence.delegateId === null || seen.includes(absence.delegateId) || !isMember(absence.delegateId)) return null;
      seen.push(absence.delegateId);
    }
    return null;
  };
  const resolved = called.map(from => ({ from, to: standIn(from) }));
  const present = new Set(resolved.filter(({ from, to }) => from === to).map(({ from }) => from));
  // Whoever is asked anyway answers for themselves.
  const standIns = resolved.flatMap(({ from, to }) => (to === null || from === to || present.has(to) ? [] : [{ from, to }]));
  return { operators: [...new Set([...present, ...standIns.map(({ to }) => to)])].sort(), standIns };
};

const absentAt = (absences: readonly Absence[] | undefined, atMs: number): Absence | null =>
  absences?.find(({ from, to }) => atMs >= Date.parse(from) && atMs < Date.parse(to)) ?? null;

/** Absences by person, and by tenant the instants at which one begins or ends, ascending. */
const indexAbsences = (absences: DirectoryState['absences']) => {
  const edges = new Map<string, number[]>();
  for (const { tenant, from, to } of absences.values()) {
    const known = edges.get(tenant) ?? [];
    known.push(Date.parse(from), Date.parse(to));
    edges.set(tenant, known);
  }
  for (const known of edges.values()) known.sort((a, b) => a - b);
  return { of: Map.groupBy(absences.values(), absence => absence.operatorId), edges };
};
