import type { Notice, Page, RecoveryOrdered } from '../domain/incident/events.ts';
import type { Severity } from '../domain/catalog/compiled.ts';

/** Carries messages to people. Each call returns the id that the transport gave the message. */
export interface Pager {
  readonly page: (system: string, incident: string, page: Page) => Promise<string>;
  readonly notice: (system: string, incident: string, notice: Notice) => Promise<string>;
  /** Law 4: when the store is down, the alarm itself goes out, undecided. */
  readonly raw: (system: string, people: readonly string[], message: RawMessage) => Promise<void>;
}

export interface RawMessage {
  readonly severity: Severity;
  readonly team: string;
  readonly subject: string;
  readonly text: string;
}

/** Starts the durable execution of an attempt. The same order twice starts one execution. */
export interface RecoveryStarter {
  readonly start: (system: string, order: RecoveryOrdered) => Promise<string>;
}
