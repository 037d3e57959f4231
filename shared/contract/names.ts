/**
 * Names that the templates and the functions must agree on. One deployment per account and Region,
 * so fixed names are safe; they also let a person's tool find what it needs without asking.
 */
export const TABLE_NAME = 'homeostat';
/** The sparse index of commits that somebody must look at: partition `due`, sort `dueAtMs`. */
export const DUE_INDEX = 'due';

export const FUNCTION_NAMES = {
  collect: 'homeostat-collect',
  intake: 'homeostat-intake',
  escalate: 'homeostat-escalate',
  recover: 'homeostat-recover',
} as const;

/** The alias under which the durable function is started: an unqualified name is refused by Lambda. */
export const RECOVER_ALIAS = 'live';

export const INTAKE_QUEUE = 'homeostat-alarm-events';
export const INTAKE_DEAD_LETTERS = 'homeostat-alarm-events-dead';
/** What SNS could not deliver to an address, from all topics. */
export const UNDELIVERED_QUEUE = 'homeostat-undelivered';

/** Begins every topic's name; with it a function builds the ARN from the prefix in its environment. */
export const TOPIC_PREFIX = 'homeostat-';

/** Where the teams listen: all notices of one system, with attributes to filter on. */
export function systemTopic(system: string): string {
  return `${TOPIC_PREFIX}system-${system}`;
}

/** Where one person's endpoints listen. */
export function personTopic(person: string): string {
  return `${TOPIC_PREFIX}person-${person}`;
}

/** Where the classic alarms on our own functions and queues speak, with none of our code in between. */
export const SELF_TOPIC = `${TOPIC_PREFIX}self`;
/** Classic alarms on ourselves; not the prefix of alarm-name.ts, so that intake never sees them. */
export const SELF_ALARM_PREFIX = 'homeostat.self-';

/** Dashboards have one list for all Regions of an account, so the Region is in the name. */
export function dashboardName(system: string, region: string): string {
  return `homeostat-${system}-${region}`;
}

/** The file beside every function's bundle that holds the compiled catalog. */
export const CATALOG_FILE = 'catalog.json';

/** The resource attribute that confines every series and every query to one system. */
export const SYSTEM_ATTRIBUTE = 'homeostat.system';
