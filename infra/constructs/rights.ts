import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { DUE_INDEX, FUNCTION_NAMES, RECOVER_ALIAS, TOPIC_PREFIX } from '../../shared/contract/names.ts';
import type { CompiledCatalog } from '../../shared/domain/catalog/compiled.ts';
import type { Right } from './ops-function.ts';

/** Rights that several functions share, in the words of what they are for. */

export function writesTheLog(table: TableV2): Right {
  return {
    why: 'reads the tail of a log, appends a commit under a condition, marks what went out',
    actions: ['dynamodb:Query', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
    resources: [table.tableArn],
  };
}

export function findsDueWork(table: TableV2): Right {
  return {
    why: 'finds commits that somebody must look at',
    actions: ['dynamodb:Query'],
    resources: [`${table.tableArn}/index/${DUE_INDEX}`],
  };
}

export function publishes(scope: Construct, key: Key): Right[] {
  const topics = Stack.of(scope).formatArn({ service: 'sns', resource: `${TOPIC_PREFIX}*` });
  return [
    { why: 'pages people and tells teams', actions: ['sns:Publish'], resources: [topics] },
    {
      why: 'the topics are encrypted',
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: [key.keyArn],
    },
  ];
}

export function startsRecoveries(scope: Construct): Right {
  const recover = Stack.of(scope).formatArn({
    service: 'lambda',
    resource: 'function',
    resourceName: `${FUNCTION_NAMES.recover}:${RECOVER_ALIAS}`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  return {
    why: 'starts the durable execution of an attempt',
    actions: ['lambda:InvokeFunction'],
    resources: [recover],
  };
}

/** Neither alarms by prefix nor PromQL can be limited to resources (CloudWatch's service authorization reference). */
export function readsAlarms(): Right {
  return {
    why: 'reads alarms and contributors as they are',
    actions: ['cloudwatch:DescribeAlarms', 'cloudwatch:DescribeAlarmContributors'],
    resources: ['*'],
  };
}

export function readsSeries(): Right {
  return {
    why: 'asks with PromQL whether what a rule reads is still seen',
    actions: ['cloudwatch:GetMetricData', 'cloudwatch:ListMetrics'],
    resources: ['*'],
  };
}

/** Restarts and looks at exactly the services that the catalog names. */
export function controlsServices(scope: Construct, { systems }: CompiledCatalog): Right[] {
  const services = ecsServices(systems).map(({ cluster, service }) =>
    Stack.of(scope).formatArn({ service: 'ecs', resource: 'service', resourceName: `${cluster}/${service}` }),
  );
  if (services.length === 0) return [];
  return [
    {
      why: 'restarts the services of the catalog and follows their deployments',
      actions: ['ecs:DescribeServices', 'ecs:UpdateService'],
      resources: services,
    },
  ];
}

/** Finds the tasks of the clusters that the catalog names. */
export function findsTasks(scope: Construct, { systems }: CompiledCatalog): Right[] {
  const clusters = [...new Set(ecsServices(systems).map(({ cluster }) => cluster))].map((cluster) =>
    Stack.of(scope).formatArn({ service: 'ecs', resource: 'cluster', resourceName: cluster }),
  );
  if (clusters.length === 0) return [];
  const tasks = clusters.map((arn) => arn.replace(':cluster/', ':task/')).map((arn) => `${arn}/*`);
  return [
    // ListTasks knows no resource but the container instance; the cluster is a condition.
    {
      why: 'lists the tasks to scrape',
      actions: ['ecs:ListTasks'],
      resources: ['*'],
      conditions: { ArnEquals: { 'ecs:cluster': clusters } },
    },
    { why: 'reads the addresses of the tasks to scrape', actions: ['ecs:DescribeTasks'], resources: tasks },
  ];
}

function ecsServices(systems: CompiledCatalog['systems']): { cluster: string; service: string }[] {
  return Object.values(systems).flatMap((system) =>
    Object.values(system.services).flatMap(({ ecs }) => (ecs === undefined ? [] : [ecs])),
  );
}
