import { useColleagues } from '../api/queries.ts';
import { type Member, Members } from './members/members.tsx';
import type { PartProps } from './settings.tsx';
import { Teams } from './teams.tsx';
import { useSetting } from './use-setting.ts';

/** People: who works here, and in which teams. */
const PeoplePage = ({ me, rights }: PartProps) => {
  const everybody = useColleagues();
  const members = useSetting<{ items: Member[] }>(rights.readsSettings ? '/api/members' : null);
  const people: Member[] = members.data?.items ?? everybody.data?.items ?? [];
  return (
    <>
      <Members query={everybody} people={people} rights={rights} me={me.operatorId} />
      <Teams people={people} admin={rights.admin} />
    </>
  );
};
export default PeoplePage;
