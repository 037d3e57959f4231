import { Duration, Stack } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { DURABLE_KEPT_DAYS, MEMORY_MB } from '../../shared/contract/function-sizes.ts';
import { FUNCTION_NAMES, RECOVER_ALIAS } from '../../shared/contract/names.ts';
import { everyMinute } from '../constructs/every-minute.ts';
import { OpsFunction } from '../constructs/ops-function.ts';
import {
  controlsServices,
  findsDueWork,
  publishes,
  findsAlarms,
  readsContributors,
  readsSeries,
  startsRecoveries,
  writesTheLog,
} from '../constructs/rights.ts';
import { commonEnvironment } from '../constructs/common-environment.ts';
import type { Deployment } from '../deployment.ts';

/** What acts: `escalate` carries out what is due, `recover` restarts and verifies. */
export class ResponseStack extends Stack {
  constructor(
    scope: Construct,
    id: string,
    deployment: Deployment & { readonly table: TableV2; readonly topicKey: Key },
  ) {
    super(scope, id, { description: 'Homeostat: escalation and recovery' });
    const { table, topicKey, catalog } = deployment;
    const recover = new OpsFunction(this, 'Recover', {
      deployment,
      room: 'recover',
      functionName: FUNCTION_NAMES.recover,
      timeout: Duration.seconds(60),
      memoryMb: MEMORY_MB.recover,
      environment: commonEnvironment(this, table),
      rights: [
        writesTheLog(table),
        ...publishes(this, topicKey),
        // The end of one attempt may free the way for another one.
        startsRecoveries(this),
        findsAlarms(),
        readsContributors(),
        readsSeries(),
        ...controlsServices(this, catalog),
      ],
      alarm: { onErrors: 3, isScheduled: false },
      lostRun: 'the log knows every attempt that was ordered; escalate decides one that is past its deadline',
      durable: { executionTimeout: Duration.days(1), retentionPeriod: Duration.days(DURABLE_KEPT_DAYS) },
    });
    recover.function.addAlias(RECOVER_ALIAS);

    const escalate = new OpsFunction(this, 'Escalate', {
      deployment,
      room: 'escalate',
      functionName: FUNCTION_NAMES.escalate,
      timeout: Duration.seconds(75),
      memoryMb: MEMORY_MB.escalate,
      environment: {
        ...commonEnvironment(this, table),
        PASS_EVERY_S: deployment.cadence === 'local' ? '10' : '60',
      },
      rights: [
        writesTheLog(table),
        findsDueWork(table),
        ...publishes(this, topicKey),
        startsRecoveries(this),
        findsAlarms(),
        readsContributors(),
        readsSeries(),
      ],
      alarm: { onErrors: 1, isScheduled: true },
      lostRun: 'every run looks at all that is due, so the next one does what this one did not',
    });
    everyMinute(this, 'Schedule', escalate.function);
  }
}
