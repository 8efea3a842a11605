import type { Action, Json, JsonObject } from '@holdpoint/contracts';
import { useEffect, useMemo, useState } from 'react';
import { actionHash } from '../review/action-hash.ts';
import { diffFields } from './diff-fields.ts';
import { formOf, memberAt, readInput, withMember } from './form-of-schema.ts';
import type { FormField } from './form-of-schema.ts';

const isRecord = (value: Json): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);
const without = (problems: Record<string, string>, key: string) =>
  Object.fromEntries(Object.entries(problems).filter(([name]) => name !== key));

/** The edit of an action's arguments: what was typed, what it means, what is wrong with it, and how it differs from what was asked. */
export const useEdit = (action: Action, schema: JsonObject | boolean | null) => {
  const fields = useMemo(() => formOf(schema, action.args), [schema, action]);
  const [base, setBase] = useState(action);
  const [args, setArgs] = useState(action.args);
  const [problems, setProblems] = useState<Record<string, string>>({});
  const [generation, setGeneration] = useState(0);
  const [json, setJson] = useState<string | null>(fields === null ? JSON.stringify(action.args, null, 2) : null);
  const [hash, setHash] = useState<string | null>(null);
  if (base !== action) {
    // The request was changed by somebody else: an edit that has not begun starts from the new action.
    setBase(action);
    if (args === base.args) {
      setArgs(action.args);
      setGeneration(generation + 1);
    }
  }
  const changes = useMemo(() => diffFields(action.args, args), [action, args]);

  useEffect(() => {
    let current = true;
    void actionHash({ name: action.name, args }).then(value => current && setHash(value));
    return () => {
      current = false;
    };
  }, [action.name, args]);

  const typeInto = (field: FormField, typed: string) => {
    const key = field.path.join('/');
    const read = readInput(field.control, typed);
    if (!read.ok) return setProblems({ ...problems, [key]: read.problem });
    setProblems(without(problems, key));
    setArgs(withMember(args, field.path, read.value));
  };
  const typeJson = (typed: string) => {
    setJson(typed);
    const read = readInput({ kind: 'json' }, typed);
    if (!read.ok) return setProblems({ json: read.problem });
    if (!isRecord(read.value)) return setProblems({ json: 'The arguments must be a JSON object.' });
    setProblems({});
    setArgs(read.value);
  };
  return {
    fields,
    args,
    changes,
    problems,
    json,
    hash,
    valid: Object.keys(problems).length === 0,
    valueOf: (field: FormField) => memberAt(args, field.path),
    set: (field: FormField, value: Json | undefined) => {
      setProblems(without(problems, field.path.join('/')));
      setArgs(withMember(args, field.path, value));
    },
    typeInto,
    typeJson,
    /** Switching keeps what was edited; a JSON text that cannot be read has to be mended first. */
    showJson: (yes: boolean) => setJson(yes ? JSON.stringify(args, null, 2) : null),
    /** Grows when the inputs must start over from the arguments. */
    generation,
    reset: () => {
      setGeneration(generation + 1);
      setArgs(action.args);
      setProblems({});
      setJson(fields === null ? JSON.stringify(action.args, null, 2) : null);
    },
  };
};
export type Edit = ReturnType<typeof useEdit>;
