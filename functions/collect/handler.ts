import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ECSClient } from '@aws-sdk/client-ecs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { otlpSender } from '../../shared/adapters/cloudwatch/otlp-sender.ts';
import { dynamoLease } from '../../shared/adapters/dynamodb/lease.ts';
import { nameService } from '../../shared/adapters/dns/name-service.ts';
import { taskDiscovery } from '../../shared/adapters/ecs/task-discovery.ts';
import { boundedGet } from '../../shared/adapters/http/bounded-get.ts';
import { readCatalog } from '../../shared/runtime/catalog-file.ts';
import { opsHandler } from '../../shared/runtime/handler.ts';
import { asLog, opsLogger } from '../../shared/runtime/logger.ts';
import { systemClock } from '../../shared/runtime/system-clock.ts';
import { atMost } from './at-most.ts';
import type { CollectDeps } from './collect.ts';
import { collect } from './collect.ts';
import { settings } from './settings.ts';

/** Requests to targets at once. With bodies of at most 10 MB the byte budget of the GET bounds the memory. */
const MAX_AT_ONCE = 50;

const logger = opsLogger('collect');
const log = asLog(logger);
const store = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const deps: CollectDeps = {
  clock: systemClock,
  get: boundedGet(),
  fleet: taskDiscovery(new ECSClient({})),
  names: nameService(),
  series: otlpSender({ region: settings.AWS_REGION, endpoint: settings.AWS_ENDPOINT_URL }, log),
  log,
  limit: atMost(MAX_AT_ONCE),
  catalog: readCatalog(settings.LAMBDA_TASK_ROOT),
  lease: dynamoLease(store, settings.TABLE_NAME, systemClock),
  memories: new Map(),
};

/** The schedule's own event names no systems; a person may send `{"systems": ["shop"]}`. */
const CollectEvent = z.looseObject({ systems: z.optional(z.array(z.string())) });

/** Starts once a minute and sweeps until the minute is over (M7). */
export const handler = opsHandler(logger, CollectEvent, ({ systems }, context) =>
  collect(deps, {
    systems,
    holder: context.awsRequestId,
    deadlineMs: systemClock.nowMs() + context.getRemainingTimeInMillis(),
  }),
);
