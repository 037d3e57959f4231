import { resolve } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Command } from 'commander';
import { compileCatalog } from '../shared/domain/catalog/compile.ts';
import type { CompiledCatalog } from '../shared/domain/catalog/compiled.ts';
import { hint } from '../shared/domain/catalog/nearest.ts';
import type { IncidentEvent } from '../shared/domain/incident/events.ts';
import type { Input } from '../shared/domain/incident/inputs.ts';
import type { SystemState } from '../shared/domain/incident/state.ts';
import { readCatalogFolder } from '../shared/adapters/files/read-catalog.ts';
import { dynamoIncidentLog } from '../shared/adapters/dynamodb/incident-log.ts';
import { commitDecision } from '../shared/application/record.ts';
import { FUNCTION_NAMES, TABLE_NAME } from '../shared/contract/names.ts';
import type { IncidentLog } from '../shared/ports/incident-log.ts';
import { systemClock } from '../shared/runtime/system-clock.ts';
import { LOCAL_CADENCE } from '../shared/contract/cadence.ts';
import { CommandFailed, EXIT } from './output.ts';
import { clientSettings, requireCloud, STATE_OPTION } from './running-cloud.ts';

/** Where a person's command works: the embedded cloud by default, the owner's account with `--aws`. */
export interface OperatorOptions {
  readonly state: string;
  readonly aws?: boolean;
  readonly catalog?: string;
}

/** Adds the options that say where a command works. */
export function addOperatorOptions(command: Command): Command {
  return command
    .option(...STATE_OPTION)
    .option('--aws', "work on the deployment in AWS, with this shell's credentials and Region")
    .option('--catalog <dir>', 'the catalog that is deployed (needed with --aws)');
}

/** A person's hands on the log. */
export interface Operator {
  readonly catalog: CompiledCatalog;
  readonly incidents: IncidentLog;
  /** Decides on a person's word; what follows goes out at once. Returns the events, perhaps none. */
  readonly say: (
    system: string,
    by: string,
    input: Input,
  ) => Promise<{ events: readonly IncidentEvent[]; state: SystemState }>;
}

/**
 * Gives `work` an operator and closes its connections afterwards.
 *
 * @throws CommandFailed if no cloud runs, or the catalog is missing or not valid
 */
export async function withOperator<T>(
  options: OperatorOptions,
  work: (operator: Operator) => Promise<T>,
): Promise<T> {
  const { settings, catalogDir, cadence } = placeOf(options);
  const catalog = compiled(catalogDir, cadence);
  const dynamo = new DynamoDBClient(settings);
  const lambda = new LambdaClient(settings);
  const incidents = dynamoIncidentLog(DynamoDBDocumentClient.from(dynamo), TABLE_NAME);
  const say: Operator['say'] = async (system, by, input) => {
    const { commit, state } = await commitDecision(
      { catalog, clock: systemClock, incidents, writer: `person:${by}` },
      system,
      [input],
      0,
    );
    if (commit !== undefined) await lookNow(lambda);
    return { events: commit?.events ?? [], state };
  };
  try {
    return await work({ catalog, incidents, say });
  } finally {
    dynamo.destroy();
    lambda.destroy();
  }
}

/** The system that an incident's id begins with: `shop-12` is of `shop`. */
export function systemOfIncident(catalog: CompiledCatalog, incident: string): string {
  const name = incident.slice(0, incident.lastIndexOf('-'));
  if (Object.hasOwn(catalog.systems, name)) return name;
  const known = Object.keys(catalog.systems);
  throw new CommandFailed(
    EXIT.cannot,
    `"${incident}" is no incident: expected SYSTEM-NUMBER, like ${known[0] ?? 'shop'}-1${hint(name, known)}`,
  );
}

function placeOf(options: OperatorOptions) {
  if (options.aws !== true) {
    const cloud = requireCloud(options.state);
    const cadence = cloud.cloudLike ? {} : LOCAL_CADENCE;
    return { settings: clientSettings(cloud), catalogDir: cloud.catalogDir, cadence };
  }
  if (options.catalog === undefined)
    throw new CommandFailed(EXIT.cannot, '--aws needs --catalog: the folder that is deployed.');
  return { settings: {}, catalogDir: resolve(options.catalog), cadence: {} };
}

function compiled(dir: string, cadence: { scrapeEveryS?: number; evaluateEveryS?: number }): CompiledCatalog {
  const result = compileCatalog(readCatalogFolder(dir), cadence);
  if (result.ok) return result.catalog;
  throw new CommandFailed(
    EXIT.cannot,
    `the catalog ${dir} is not valid: see \`npx homeostat validate ${dir}\`.`,
  );
}

/** What was ordered goes out with the next look of `escalate`; this makes it now. If it fails, it is a minute later. */
async function lookNow(lambda: LambdaClient): Promise<void> {
  const invoke = new InvokeCommand({
    FunctionName: FUNCTION_NAMES.escalate,
    InvocationType: 'Event',
    Payload: JSON.stringify({ onDemand: true }),
  });
  await lambda.send(invoke).catch(() => undefined);
}
