import { Stack } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { ArnFormat } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { FUNCTION_NAMES, RECOVER_ALIAS } from '../../shared/contract/names.ts';

/** What every function that writes the log is told: see shared/runtime/settings.ts. */
export function commonEnvironment(scope: Construct, table: TableV2): Record<string, string> {
  const stack = Stack.of(scope);
  return {
    TABLE_NAME: table.tableName,
    TOPIC_ARN_BASE: stack.formatArn({ service: 'sns', resource: '' }),
    RECOVER_ARN: stack.formatArn({
      service: 'lambda',
      resource: 'function',
      resourceName: `${FUNCTION_NAMES.recover}:${RECOVER_ALIAS}`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    }),
  };
}
