import * as z from 'zod';
import type { Kernel } from '../kernel/kernel.ts';
import { AwsError, type DeclaredResource, type ResourceProvider } from '../kernel/service.ts';
import type { EventInvokeConfigs } from './event-invoke-config.ts';
import { readEventSourceMapping, type EventSourceMapping } from './event-source-mapping.ts';
import { readFunctionConfig, type FunctionConfig } from './function-config.ts';
import type { FunctionRegistry } from './function-registry.ts';
import { askForRole, needsToPoll } from './needs.ts';
import type { Permissions } from './permissions.ts';
import type { Queues } from './queue-poller.ts';

export interface ProviderDeps {
  readonly kernel: Kernel;
  readonly registry: FunctionRegistry;
  readonly configs: EventInvokeConfigs;
  readonly permissions: Permissions;
  readonly queues?: Queues | undefined;
  readonly onFunction: (config: FunctionConfig) => void;
  readonly onMapping: (mapping: EventSourceMapping) => void;
}

const Version = z.object({ FunctionName: z.string() });
const Alias = z.object({
  FunctionName: z.string(),
  Name: z.string(),
  FunctionVersion: z.string(),
  RoutingConfig: z
    .undefined({ error: 'an alias has one version locally; weights are not applied' })
    .optional(),
});

/** The AWS::Lambda resource types of the embedded cloud. */
export function lambdaProviders(deps: ProviderDeps): ResourceProvider[] {
  const { kernel, registry } = deps;
  const putFunction = ({ properties, suggestedName }: DeclaredResource) => {
    const config = readFunctionConfig(properties, { ...kernel, suggestedName });
    checkReserved(config, registry.list());
    askForRole(kernel, config);
    registry.put(config);
    deps.onFunction(config);
    return { ref: config.name, attributes: { Arn: config.arn } };
  };
  const putVersion = ({ properties, stack, logicalId }: DeclaredResource) => {
    const { version, arn } = registry.publish(
      Version.parse(properties).FunctionName,
      `${stack}/${logicalId}`,
    );
    const versionArn = `${arn}:${version}`;
    return { ref: versionArn, attributes: { Version: version, FunctionArn: versionArn } };
  };
  const putAlias = ({ properties }: DeclaredResource) => {
    const declared = Alias.parse(properties);
    const arn = registry.putAlias(declared.FunctionName, declared.Name, declared.FunctionVersion);
    return { ref: arn, attributes: { AliasArn: arn } };
  };
  const putMapping = ({ properties, suggestedName }: DeclaredResource) => {
    const mapping = readEventSourceMapping(properties, suggestedName);
    checkVisibility(mapping, deps);
    const { roleArn } = registry.resolve(mapping.functionName).config;
    kernel.authorize({ kind: 'role', roleArn }, needsToPoll(mapping.queueArn));
    deps.onMapping(mapping);
    return { ref: mapping.id, attributes: { Id: mapping.id } };
  };
  return [
    { type: 'AWS::Lambda::Function', put: putFunction },
    { type: 'AWS::Lambda::Version', put: putVersion },
    { type: 'AWS::Lambda::Alias', put: putAlias },
    {
      type: 'AWS::Lambda::Permission',
      put: (resource) => {
        deps.permissions.put(resource);
        return { ref: resource.suggestedName, attributes: { Id: resource.suggestedName } };
      },
      remove: (ref) => {
        deps.permissions.remove(ref);
      },
    },
    {
      type: 'AWS::Lambda::EventInvokeConfig',
      put: ({ properties }) => ({ ref: deps.configs.put(properties), attributes: {} }),
    },
    { type: 'AWS::Lambda::EventSourceMapping', put: putMapping },
  ];
}

/** Of an account, and what of it no function may reserve (Lambda developer guide, "Lambda quotas", "Configuring reserved concurrency"). */
const ACCOUNT_CONCURRENCY = 1_000;
const UNRESERVED_CONCURRENCY = 100;

function checkReserved(config: FunctionConfig, all: readonly FunctionConfig[]): void {
  const others = all.filter(({ name }) => name !== config.name);
  const reserved = [config, ...others].reduce((sum, each) => sum + (each.reservedConcurrency ?? 0), 0);
  if (reserved <= ACCOUNT_CONCURRENCY - UNRESERVED_CONCURRENCY) return;
  throw new AwsError(
    'InvalidParameterValueException',
    `Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution ` +
      `below its minimum value of [${UNRESERVED_CONCURRENCY}]. (${config.name}; ${reserved} of ${ACCOUNT_CONCURRENCY} would be reserved.)`,
  );
}

/** Lambda refuses a mapping whose messages would come back while they are still worked on ("Creating and configuring an Amazon SQS event source mapping"). */
function checkVisibility(mapping: EventSourceMapping, { registry, queues }: ProviderDeps): void {
  const visibleS = queues?.visibilityTimeoutS(mapping.queueArn) ?? Infinity;
  const { timeoutS, name } = registry.resolve(mapping.functionName).config;
  if (visibleS >= timeoutS) return;
  throw new AwsError(
    'InvalidParameterValueException',
    `Queue visibility timeout: ${visibleS} seconds is less than Function timeout: ${timeoutS} seconds ` +
      `(${mapping.queueArn}, ${name}). AWS advises six times the function's timeout.`,
  );
}
