import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SNSClient } from '@aws-sdk/client-sns';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type * as z from 'zod/mini';
import { cloudWatchAlarmReader, PATIENT } from '../adapters/cloudwatch/alarm-reader.ts';
import { promqlReader } from '../adapters/cloudwatch/promql-reader.ts';
import { dynamoIncidentLog } from '../adapters/dynamodb/incident-log.ts';
import { lambdaRecoveryStarter } from '../adapters/lambda/recovery-starter.ts';
import { snsPager } from '../adapters/sns/pager.ts';
import type { Operations } from '../application/record.ts';
import type { Senses } from '../application/reconcile.ts';
import type { Log } from '../ports/log.ts';
import { readCatalog } from './catalog-file.ts';
import { systemClock } from './system-clock.ts';
import type { OperationsSettings } from './settings.ts';

/** The real thing behind every port that writing the log needs; made once per cold start. */
export function realOperations(
  settings: z.infer<typeof OperationsSettings>,
  writer: string,
  log: Log,
): Operations & Senses {
  return {
    catalog: readCatalog(process.env['LAMBDA_TASK_ROOT'] ?? '.'),
    clock: systemClock,
    incidents: dynamoIncidentLog(DynamoDBDocumentClient.from(new DynamoDBClient({})), settings.TABLE_NAME),
    pager: snsPager(new SNSClient({}), settings.TOPIC_ARN_BASE),
    recoveries: lambdaRecoveryStarter(new LambdaClient({}), settings.RECOVER_ARN),
    alarms: cloudWatchAlarmReader(new CloudWatchClient(PATIENT)),
    series: promqlReader({
      region: settings.AWS_REGION,
      endpoint: settings.AWS_ENDPOINT_URL,
      clock: systemClock,
    }),
    log,
    writer,
  };
}
