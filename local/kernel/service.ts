import type { AttachedPolicy } from '../iam/policy.ts';
import type { Need, NeedsByOperation } from './need.ts';

/**
 * What one AWS service of the embedded cloud looks like to the front door and to the deployer.
 * A service is a folder under `local/`; its main file exports one `create…(kernel)` that returns this.
 */
export interface Service {
  /** The SigV4 signing name: `sns`, `sqs`, `monitoring`, `lambda`, `dynamodb`, `ecs`, `scheduler`, `events`. */
  readonly name: string;
  /** Operations of the RPC protocols (AWS JSON, AWS Query and Smithy's CBOR), by name. The door decodes and encodes. */
  readonly rpc?: RpcApi;
  /** Operations of the REST protocols (Lambda, Scheduler, OTLP, the Prometheus API). First match wins. */
  readonly rest?: readonly Route[];
  /** The CloudFormation resource types that belong to this service. */
  readonly resources?: readonly ResourceProvider[];
  /** Takes what another service hands over: an event for a function, a message for a queue or topic. */
  readonly receive?: (arn: string, delivery: Delivery) => Promise<void>;
  /**
   * What a role must be allowed for each operation of `rpc` and `rest`, by the operation's name; the input is
   * the operation's. A role is denied an operation that is not here. Source: Service Authorization Reference.
   */
  readonly needs?: NeedsByOperation;
  /** What whoever hands something over to this ARN must be allowed. */
  readonly needsToReceive?: (arn: string) => readonly Need[];
  /** The policies on this service's resources, as templates declare them. */
  readonly policies?: () => readonly AttachedPolicy[];
  /** Starts timers. Called once, when every resource has been deployed. */
  readonly start?: () => void | Promise<void>;
  /** Stops timers and children and writes what is not yet on disk. */
  readonly stop?: () => Promise<void>;
}

export interface RpcApi {
  /** What stands before the dot in `X-Amz-Target`: `AmazonSQS`, `GraniteServiceVersion20100801`. */
  readonly targetPrefix: string;
  readonly jsonVersion: '1.0' | '1.1';
  /** Namespace of the XML answers of the Query protocol. */
  readonly xmlNamespace?: string;
  /**
   * Lists and maps that the Query protocol of this service writes flattened: the name of the member, and the
   * name that each of its items has on the wire. Absent: `member` and `entry`, as in SNS and CloudWatch.
   */
  readonly flatNames?: (operation: string) => Readonly<Record<string, string>>;
  /** Error codes that are others in the Query protocol than the names of the exceptions. */
  readonly queryErrors?: Readonly<Record<string, string>>;
  readonly operations: Readonly<Record<string, Operation>>;
}

/**
 * One operation. Input is what came over the wire: JSON as it is; from the Query protocol nested
 * objects and arrays whose leaves are all strings, so parse with zod and coerce. Output is a plain
 * object with the member names of the AWS API. Failures are thrown as {@link AwsError}.
 */
export type Operation = (input: unknown, call: Call) => object | Promise<object>;

export interface Call {
  /** Who calls: the role's name for a function of ours, `owner` for a person's tool. */
  readonly principal: string;
  readonly requestId: string;
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Path with `:name` segments, percent-decoded one by one: `/2015-03-31/functions/:name/invocations`. */
  readonly path: string;
  /** The API's own name of the operation, for logs and permissions. */
  readonly operation: string;
  readonly handle: (request: RestRequest, call: Call) => RestResponse | Promise<RestResponse>;
}

export interface RestRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  /** Already gunzipped. */
  readonly body: Buffer;
}

export interface RestResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON, bytes and strings as they are. */
  readonly body?: object | string | Uint8Array;
}

/** What one service hands to another: EventBridge to SQS, an alarm to Lambda, Scheduler to Lambda. */
export interface Delivery {
  /** A function gets this as its event; a queue or topic gets it as text (objects as JSON). */
  readonly payload: unknown;
  /** The service principal that hands over: `events.amazonaws.com`, `sns.amazonaws.com`. */
  readonly from: string;
  /** The resource it comes from: the rule's, topic's, alarm's or schedule's ARN. */
  readonly sourceArn: string;
  /** The role that hands over in the sender's stead (Scheduler, Lambda); absent: the sender itself. */
  readonly roleArn?: string;
  /** SNS to SQS with raw delivery: the message attributes. */
  readonly attributes?: Readonly<Record<string, { readonly type: string; readonly value: string }>>;
}

/** One CloudFormation resource type. `put` creates or updates: a restart deploys the same template again. */
export interface ResourceProvider {
  readonly type: string;
  readonly put: (resource: DeclaredResource) => DeployedResource | Promise<DeployedResource>;
  /** Takes a resource away that an earlier deployment made and this one does not declare. `ref` as `put` gave it. */
  readonly remove?: (ref: string) => void | Promise<void>;
}

export interface DeclaredResource {
  readonly stack: string;
  readonly logicalId: string;
  /** All intrinsics resolved. */
  readonly properties: Readonly<Record<string, unknown>>;
  /** A stable name `<stack>-<logicalId>` for resources that have none. */
  readonly suggestedName: string;
}

export interface DeployedResource {
  /** What `Ref` gives. */
  readonly ref: string;
  /** What `Fn::GetAtt` gives, by attribute: `{ Arn: '…' }`. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** An error as AWS would answer it. `code` is the API's exception name, status its HTTP status. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  constructor(code: string, message: string, status = 400) {
    super(message);
    this.name = 'AwsError';
    this.code = code;
    this.status = status;
  }
}
