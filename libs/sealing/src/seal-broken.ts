/** Thrown when a sealed text cannot be opened. */
export class SealBroken extends Error {
  constructor(
    readonly code: 'not_a_box' | 'unknown_key' | 'tampered',
    message: string,
  ) {
    super(message);
    this.name = 'SealBroken';
  }
}
