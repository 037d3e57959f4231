import type { Caller, Need, RequestContext } from '../kernel/need.ts';

/** Where the cloud is, as far as rights depend on it. */
export interface Place {
  readonly region: string;
  readonly accountId: string;
}

/** A request for authorization: who wants to do what with which resource, and under which circumstances. */
export interface AccessRequest {
  readonly caller: Caller;
  readonly action: string;
  readonly resource: string;
  readonly context: RequestContext;
}

/** Values by key in lower case: condition keys are not case-sensitive. */
export type Context = ReadonlyMap<string, readonly string[]>;

/** Adds to a need what AWS adds to every request ("AWS global condition context keys", IAM user guide). */
export function requestOf(caller: Caller, need: Need, { region, accountId }: Place): AccessRequest {
  const ofCaller: RequestContext =
    caller.kind === 'role'
      ? {
          'aws:PrincipalArn': caller.roleArn,
          'aws:PrincipalAccount': accountId,
          'aws:PrincipalIsAWSService': 'false',
        }
      : {
          'aws:SourceArn': caller.sourceArn,
          'aws:SourceAccount': accountId,
          'aws:PrincipalServiceName': caller.service,
          'aws:PrincipalIsAWSService': 'true',
        };
  const context: RequestContext = {
    ...ofCaller,
    'aws:RequestedRegion': region,
    'aws:ResourceAccount': accountId,
    // On this machine it is plain HTTP over the loopback; the same call on AWS is TLS.
    'aws:SecureTransport': 'true',
    ...need.context,
  };
  return { caller, action: need.action, resource: need.resource, context };
}

export function contextOf(request: AccessRequest): Context {
  return new Map(
    Object.entries(request.context).map(([key, value]) => [
      key.toLowerCase(),
      typeof value === 'string' ? [value] : value,
    ]),
  );
}
