/** Nobody listens on the subject: the service that answers is not running or not ready yet. */
export class NoResponder extends Error {
  readonly code = 'no_responder';
  readonly subject: string;
  constructor(subject: string) {
    super(`nobody answers on ${subject}: start the service that does, or try again`);
    this.name = 'NoResponder';
    this.subject = subject;
  }
}

/** Somebody may have taken the request, but no answer came in time: the outcome is unknown. */
export class RequestTimeout extends Error {
  readonly code = 'request_timeout';
  readonly subject: string;
  readonly timeoutMs: number;
  constructor(subject: string, timeoutMs: number) {
    super(`no answer on ${subject} within ${timeoutMs} ms: the outcome is unknown, repeat the same request`);
    this.name = 'RequestTimeout';
    this.subject = subject;
    this.timeoutMs = timeoutMs;
  }
}

/** The responder's handler threw. Its message stays in its own log: it may quote what must not travel. */
export class ResponderFailed extends Error {
  readonly code = 'responder_failed';
  readonly subject: string;
  constructor(subject: string) {
    super(`the service that answers ${subject} failed; see its log`);
    this.name = 'ResponderFailed';
    this.subject = subject;
  }
}

/** Asker and answerer cannot read each other: they have different master keys, or one of them is of a version that does not seal. */
export class QuestionUnreadable extends ResponderFailed {
  constructor(subject: string) {
    super(subject);
    this.name = 'QuestionUnreadable';
    this.message = `what is asked on ${subject} can be read by one side only: start both services with the same master key and version`;
  }
}

/** A batch over the limits of one message. The publisher splits it, or leaves `data` out of a single item. */
export class WorkTooLarge extends Error {
  readonly code = 'work_too_large';
  readonly items: number;
  readonly bytes: number;
  constructor(items: number, bytes: number, itemsMax: number, bytesMax: number) {
    super(`a work message of ${items} items and ${bytes} bytes exceeds ${itemsMax} items or ${bytesMax} bytes: split it`);
    this.name = 'WorkTooLarge';
    this.items = items;
    this.bytes = bytes;
  }
}

/** The broker did not confirm that it keeps a message: it is down, its stream is gone, or it is too slow. */
export class PublishFailed extends Error {
  readonly code = 'publish_failed';
  readonly subject: string;
  constructor(subject: string, reason: string) {
    super(`${subject} was not confirmed by the broker: ${reason}`);
    this.name = 'PublishFailed';
    this.subject = subject;
  }
}

/** No connection to the broker within the time given at start. */
export class BrokerUnreachable extends Error {
  readonly code = 'broker_unreachable';
  constructor(servers: string, reason: string) {
    super(`no NATS server at ${servers} (${reason}): start one with JetStream (-js), set NATS_URL, or use the in-process transport`);
    this.name = 'BrokerUnreachable';
  }
}
