import { Refused, type Person } from '@holdpoint/approval';
import type { Said } from './verbs.ts';

/** The people named in `to`. @throws Refused `invalid_target` when none is named, or one is no member of the organisation */
export const targetsOf = ({ body, member }: Pick<Said, 'body' | 'member'>): [Person, ...Person[]] => {
  const people = [...new Set(body.to ?? [])].map(id => {
    const person = member(id);
    if (person === null) throw new Refused('invalid_target', `${id} is not a member of this organisation.`);
    return person;
  });
  const [first, ...others] = people;
  if (first === undefined) throw new Refused('invalid_target', 'Name somebody in `to`: a list of operator ids.');
  return [first, ...others];
};

/** The instant named in `until`. @throws Refused `invalid_until` */
export const untilOf = ({ until }: Said['body']): string => {
  if (until === undefined) throw new Refused('invalid_until', 'Name an instant in `until`, RFC 3339.');
  return new Date(until).toISOString();
};
