export type StrictJsonCode =
  | 'empty'
  | 'byte_order_mark'
  | 'invalid_utf8'
  | 'syntax'
  | 'trailing_data'
  | 'duplicate_key'
  | 'forbidden_key'
  | 'unsafe_integer'
  | 'number_out_of_range'
  | 'lone_surrogate'
  | 'too_deep'
  | 'too_many_keys';

export type StrictJsonLimits = {
  /** Nested arrays and objects. */
  depthMax: number;
  /** Object keys, counted over the whole body. */
  keysMax: number;
};

/** Thrown for a body that two parsers could read differently, or that is too large in shape. */
export class StrictJsonError extends Error {
  constructor(
    readonly code: StrictJsonCode,
    /** JSON Pointer (RFC 6901) of the place. */
    readonly pointer: string,
    /** Byte offset for `invalid_utf8`, otherwise UTF-16 offset in the text. */
    readonly offset: number,
    message: string,
  ) {
    super(message);
    this.name = 'StrictJsonError';
  }
}
