import { resolve } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Command } from 'commander';
import { compileCatalog } from '../shared/domain/catalog/compile.ts';
import type { CompiledCatalog } from '../shared/domain/catalog/compiled.ts';
import { readCatalogFolder } from '../shared/adapters/files/read-catalog.ts';
import { dynamoIncidentLog } from '../shared/adapters/dynamodb/incident-log.ts';
import { NotInCatalog } from '../shared/application/operate.ts';
import type { Operator } from '../shared/application/operate.ts';
import { FUNCTION_NAMES, TABLE_NAME } from '../shared/contract/names.ts';
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

/**
 * Gives `work` an operator and closes its connections afterwards.
 *
 * @throws CommandFailed if no cloud runs, the catalog is missing or not valid, or it knows no such name
 */
export async function withOperator<T>(
  options: OperatorOptions,
  work: (operator: Operator) => Promise<T>,
): Promise<T> {
  const { settings, catalog } = deploymentOf(options);
  const { operator, close } = openOperator(settings, catalog);
  try {
    return await work(operator);
  } catch (error) {
    if (error instanceof NotInCatalog) throw new CommandFailed(EXIT.cannot, error.message, { cause: error });
    throw error;
  } finally {
    close();
  }
}

/**
 * An operator on the deployment that the settings lead to.
 *
 * @param settings of the SDK clients; {} for this shell's account and Region
 */
export function openOperator(settings: Partial<ReturnType<typeof clientSettings>>, catalog: CompiledCatalog) {
  const dynamo = new DynamoDBClient(settings);
  const lambda = new LambdaClient(settings);
  const operator: Operator = {
    catalog,
    clock: systemClock,
    incidents: dynamoIncidentLog(DynamoDBDocumentClient.from(dynamo), TABLE_NAME),
    lookNow: () => lookNow(lambda),
  };
  const close = (): void => {
    dynamo.destroy();
    lambda.destroy();
  };
  return { operator, close };
}

/**
 * The catalog that is deployed where a command works, and how SDK clients reach that place.
 *
 * @throws CommandFailed as {@link withOperator}
 */
export function deploymentOf(options: OperatorOptions) {
  const { settings, catalogDir, cadence } = placeOf(options);
  return { settings, catalog: compiled(catalogDir, cadence) };
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
