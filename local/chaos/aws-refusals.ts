import { denialOf } from '../kernel/denials.ts';
import { AwsError } from '../kernel/service.ts';
import type { ChaosService } from './fault.ts';

interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly status: number;
}

/**
 * How each service says "not so fast", from the errors of its API reference. All of them are among the codes
 * or statuses that the SDKs try again.
 */
const THROTTLES: Readonly<Record<ChaosService, Refusal>> = {
  cloudwatch: { code: 'Throttling', message: 'Rate exceeded', status: 400 },
  dynamodb: {
    code: 'ProvisionedThroughputExceededException',
    message:
      'You exceeded your maximum allowed provisioned throughput for a table or for one or more indexes.',
    status: 400,
  },
  ecs: { code: 'ThrottlingException', message: 'Rate exceeded', status: 400 },
  events: { code: 'ThrottlingException', message: 'Rate exceeded', status: 400 },
  lambda: { code: 'TooManyRequestsException', message: 'Rate Exceeded.', status: 429 },
  scheduler: { code: 'ThrottlingException', message: 'Rate exceeded', status: 429 },
  sns: { code: 'Throttling', message: 'Rate exceeded', status: 400 },
  sqs: {
    code: 'RequestThrottled',
    message: 'The request was denied due to request throttling.',
    status: 400,
  },
};

/** The HTTP interfaces of CloudWatch (OTLP, PromQL) go by the status alone. */
const HTTP_THROTTLE: Refusal = { code: 'TooManyRequestsException', message: 'Rate exceeded', status: 429 };

/** @param isHttp true for the interfaces that are plain HTTP and no API of the SDK */
export function throttled(service: ChaosService, isHttp = false): AwsError {
  const { code, message, status } = isHttp && service === 'cloudwatch' ? HTTP_THROTTLE : THROTTLES[service];
  return new AwsError(code, message, status);
}

/** @param who the role or the service principal that is refused */
export function denied(service: ChaosService, who: string, what: string): AwsError {
  const { code, status } = denialOf(service === 'cloudwatch' ? 'monitoring' : service);
  return new AwsError(code, `User: ${who} is not authorized to perform: ${what} (made by chaos)`, status);
}
