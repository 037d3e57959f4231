import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { DUE_INDEX, FUNCTION_NAMES, RECOVER_ALIAS, TOPIC_PREFIX } from '../../shared/contract/names.ts';
import type { CompiledCatalog, CompiledSystem } from '../../shared/domain/catalog/compiled.ts';
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
    {
      why: 'pages people and tells teams',
      actions: ['sns:Publish'],
      resources: [topics],
      wildcard:
        "a topic for each system and person: a role's policies hold 10,240 characters, about a hundred names",
    },
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

/** Neither alarms by prefix nor PromQL can be limited (CloudWatch's service authorization reference). */
export function findsAlarms(): Right {
  return {
    why: 'finds the alarms that are in ALARM',
    actions: ['cloudwatch:DescribeAlarms'],
    resources: ['*'],
    wildcard: 'alarms are asked for by prefix, which cannot be limited to ARNs',
  };
}

export function readsContributors(): Right {
  return {
    why: 'reads the contributors of an alarm as they are',
    actions: ['cloudwatch:DescribeAlarmContributors'],
    resources: ['*'],
    wildcard: 'alarms are asked for by prefix, which cannot be limited to ARNs',
  };
}

export function readsSeries(): Right {
  return {
    why: 'asks with PromQL whether what a rule reads is still seen',
    actions: ['cloudwatch:GetMetricData', 'cloudwatch:ListMetrics'],
    resources: ['*'],
    wildcard: 'series have no ARN; a PromQL query is authorised as these two actions',
  };
}

/** Restarts and looks at exactly the services that the catalog names. */
export function controlsServices(scope: Construct, { systems }: CompiledCatalog): Right[] {
  const services = new Set(
    Object.values(systems)
      .flatMap(ecsServices)
      .map(
        ({ cluster, service }) =>
          `${clusterArn(scope, cluster).replace(':cluster/', ':service/')}/${service}`,
      ),
  );
  if (services.size === 0) return [];
  return [
    {
      why: 'restarts the services of the catalog and follows their deployments',
      actions: ['ecs:DescribeServices', 'ecs:UpdateService'],
      resources: [...services],
    },
  ];
}

/** Finds the tasks of the clusters where these systems have services that are scraped task by task. */
export function findsTasks(scope: Construct, systems: readonly CompiledSystem[]): Right[] {
  const scraped = systems.flatMap((system) =>
    Object.values(system.services).flatMap(({ ecs, scrape }) =>
      ecs !== undefined && scrape?.kind === 'tasks' ? [ecs] : [],
    ),
  );
  const clusters = [...new Set(scraped.map(({ cluster }) => clusterArn(scope, cluster)))];
  if (clusters.length === 0) return [];
  const tasks = clusters.map((arn) => arn.replace(':cluster/', ':task/')).map((arn) => `${arn}/*`);
  return [
    // ListTasks knows no resource but the container instance; the cluster is a condition.
    {
      why: 'lists the tasks to scrape',
      actions: ['ecs:ListTasks'],
      resources: ['*'],
      wildcard: 'has no resource but the cluster, which is a condition',
      conditions: { ArnEquals: { 'ecs:cluster': clusters } },
    },
    {
      why: 'reads the addresses of the tasks to scrape',
      actions: ['ecs:DescribeTasks'],
      resources: tasks,
      wildcard: 'tasks come and go; their cluster is named',
    },
  ];
}

/** A durable function's checkpoints are authorised as `function:NAME:VERSION/durable-execution/…`. */
export function checkpointsItself(scope: Construct, functionName: string): Right {
  const versions = Stack.of(scope).formatArn({
    service: 'lambda',
    resource: 'function',
    resourceName: `${functionName}:*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  return {
    why: 'checkpoints its own executions',
    actions: ['lambda:CheckpointDurableExecution', 'lambda:GetDurableExecutionState'],
    resources: [versions],
    wildcard: "an execution's ARN has the version and an id that are known only when it runs",
  };
}

/** What Lambda itself does with a function's role to put the function into a VPC (Lambda developer guide). */
export function joinsNetwork(): Right {
  return {
    why: 'Lambda makes and removes its network interfaces',
    actions: [
      'ec2:CreateNetworkInterface',
      'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeSubnets',
      'ec2:DeleteNetworkInterface',
      'ec2:AssignPrivateIpAddresses',
      'ec2:UnassignPrivateIpAddresses',
    ],
    resources: ['*'],
    wildcard: 'network interfaces have no ARN before they exist, and describing knows none',
  };
}

function ecsServices({ services }: CompiledSystem): { cluster: string; service: string }[] {
  return Object.values(services).flatMap(({ ecs }) => (ecs === undefined ? [] : [ecs]));
}

/** The catalog takes a cluster's name or its ARN. */
function clusterArn(scope: Construct, cluster: string): string {
  if (cluster.startsWith('arn:')) return cluster;
  return Stack.of(scope).formatArn({ service: 'ecs', resource: 'cluster', resourceName: cluster });
}
