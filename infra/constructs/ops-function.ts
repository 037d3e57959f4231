import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { ISecurityGroup, ISubnet, IVpc } from 'aws-cdk-lib/aws-ec2';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { FunctionProps } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Deployment } from '../deployment.ts';
import { acknowledge, acknowledgeWildcards } from './acknowledge.ts';
import { bundle } from './bundle.ts';
import { checkpointsItself, joinsNetwork } from './rights.ts';
import { SelfAlarms } from './self-alarms.ts';

/** One thing that a function may do, and why: the list is meant to be read. */
export interface Right {
  readonly why: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** Where a resource holds a `*`: why they cannot be named one by one. */
  readonly wildcard?: string;
  /** Further limits, as in a policy's Condition. */
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

export interface OpsFunctionProps {
  readonly deployment: Deployment;
  /** Folder under functions/; the entry is its handler.ts. */
  readonly room: string;
  readonly functionName: string;
  readonly timeout: Duration;
  readonly memoryMb: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly rights: readonly Right[];
  /** What wakes people if it fails: errors in five minutes, or no run at all, which only a schedule promises. */
  readonly alarm: { readonly onErrors: number; readonly isScheduled: boolean };
  /** Who does the work of a run that failed for good: why no dead-letter queue keeps it. */
  readonly lostRun: string;
  /** Makes it a durable function; can only be set when the function is created. */
  readonly durable?: { readonly executionTimeout: Duration; readonly retentionPeriod: Duration };
  readonly network?: {
    readonly vpc: IVpc;
    readonly subnets: ISubnet[];
    readonly securityGroups: ISecurityGroup[];
  };
}

/** A Lambda as we want all of them: own role with only its rights, Node 24 on ARM, logs kept a month, watched. */
export class OpsFunction extends Construct {
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, props: OpsFunctionProps) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'Logs', {
      logGroupName: `/aws/lambda/${props.functionName}`,
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    for (const right of rightsOf(this, props)) {
      role.addToPrincipalPolicy(statementOf(right));
      if (right.wildcard !== undefined) acknowledgeWildcards(role, right.resources, right.wildcard);
    }
    this.function = new LambdaFunction(this, 'Function', {
      functionName: props.functionName,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: Code.fromAsset(bundle(props.room, props.deployment.catalogJson, props.deployment.outDir)),
      handler: 'handler.handler',
      role,
      logGroup,
      timeout: props.timeout,
      memorySize: props.memoryMb,
      environment: { ...props.environment },
      ...optionsOf(props),
    });
    new SelfAlarms(this, 'Alarms').onFunction(this.function, props.functionName, props.alarm);
    acknowledge(this.function, 'Serverless-LambdaDLQ', props.lostRun);
    if (props.alarm.isScheduled)
      acknowledge(this.function, 'Serverless-LambdaAsyncFailureDestination', props.lostRun);
    acknowledge(
      this.function,
      'Serverless-LambdaTracing',
      'the log of incidents tells what was decided and why; X-Ray would put a right on everything into every role',
    );
  }
}

/** What it needs of its own, and what comes with being durable or in a network. */
function rightsOf(scope: Construct, { functionName, rights, durable, network }: OpsFunctionProps): Right[] {
  return [
    ...rights,
    // Not the managed policies: they allow the same on every function and log group of the account.
    ...(durable === undefined ? [] : [checkpointsItself(scope, functionName)]),
    ...(network === undefined ? [] : [joinsNetwork()]),
  ];
}

/** What only some functions have. */
function optionsOf({ alarm, durable, network }: OpsFunctionProps): Partial<FunctionProps> {
  return {
    // The next minute's run is better than a late repetition of this one.
    ...(alarm.isScheduled ? { retryAttempts: 0, maxEventAge: Duration.minutes(1) } : {}),
    ...(durable === undefined
      ? {}
      : {
          durableConfig: durable,
          // A running execution stays with the version that started it: a deployment must not take it away.
          currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN },
        }),
    ...(network === undefined
      ? {}
      : {
          vpc: network.vpc,
          vpcSubnets: { subnets: network.subnets },
          securityGroups: network.securityGroups,
        }),
  };
}

function statementOf(right: Right): PolicyStatement {
  return new PolicyStatement({
    effect: Effect.ALLOW,
    actions: [...right.actions],
    resources: [...right.resources],
    ...(right.conditions === undefined ? {} : { conditions: right.conditions }),
  });
}
