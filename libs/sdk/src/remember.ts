/** Keeps the latest `max` entries of a map: the one kept longest is forgotten first. */
export const remember = <Kept>(map: Map<string, Kept>, key: string, kept: Kept, max: number): void => {
  map.delete(key);
  map.set(key, kept);
  const oldest = map.keys().next();
  if (map.size > max && !oldest.done) map.delete(oldest.value);
};
