/** An event of the log, wherever it was read from. */
export type LogEvent = {
  position: number;
  stream: string;
  revision: number;
  type: string;
  isJson: boolean;
  createdMs: number;
  /** UUID text. */
  id: string;
  data: Uint8Array;
  metadata: Uint8Array;
};
