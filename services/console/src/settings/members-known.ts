import type { Directory } from '@holdpoint/directory';
import { ProblemError } from '@holdpoint/service-kit';

/** @throws ProblemError 422 naming the field when this is nobody of the tenant. */
export const assertMember = (directory: Pick<Directory, 'operator'>, tenant: string, operatorId: string, pointer: string): void => {
  if (isMember(directory, tenant)(operatorId)) return;
  const detail = `${JSON.stringify(operatorId)} is not a member of the organisation`;
  throw new ProblemError('unknown_member', 422, `${detail}.`, { errors: [{ pointer, detail }] });
};

export const isMember =
  (directory: Pick<Directory, 'operator'>, tenant: string) =>
  (operatorId: string): boolean =>
    directory.operator(operatorId)?.tenant === tenant;
