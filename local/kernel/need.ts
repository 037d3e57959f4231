/** Condition keys that the cloud gives a value to. Policies with other keys are refused, not ignored. */
export const CONDITION_KEYS = [
  'aws:PrincipalAccount',
  'aws:PrincipalArn',
  'aws:PrincipalIsAWSService',
  'aws:PrincipalServiceName',
  'aws:RequestedRegion',
  'aws:ResourceAccount',
  'aws:SecureTransport',
  'aws:SourceAccount',
  'aws:SourceArn',
  'cloudwatch:namespace',
  'ecs:cluster',
  'kms:CallerAccount',
  'kms:ViaService',
] as const;
export type ConditionKey = (typeof CONDITION_KEYS)[number];

export type RequestContext = Readonly<Partial<Record<ConditionKey, string | readonly string[]>>>;

/** One thing that a caller must be allowed to do; a call may have several. */
export interface Need {
  /** As the Service Authorization Reference names it: `dynamodb:Query`. */
  readonly action: string;
  /** An ARN; `*` where the action knows no resource. */
  readonly resource: string;
  /** Condition keys of the service itself. Those that every request has are added. */
  readonly context?: RequestContext;
  /** How this is refused, where the service has an error of its own for it. */
  readonly refusal?: Refusal;
}

/** How an API says no: its exception's name and HTTP status. */
export interface Refusal {
  readonly code: string;
  readonly status: number;
}

/** Whose rights count: a role of the account, or an AWS service that acts for one of its resources. */
export type Caller =
  | { readonly kind: 'role'; readonly roleArn: string }
  | { readonly kind: 'service'; readonly service: string; readonly sourceArn: string };

/**
 * What a role needs to call an operation, from its input as it came: what the operation itself gets, a
 * `RestRequest` for a REST route. `owner`: no role may, only the person at the machine.
 */
export type OperationNeeds = ((input: never) => readonly Need[]) | 'owner';
export type NeedsByOperation = Readonly<Record<string, OperationNeeds>>;
