// The runtime inside one execution environment: loads the handler and serves the Lambda Runtime API.
// Plain JavaScript on purpose: it is the only file of ours in the child, and starts without a compiler.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
import { existsSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const api = new URL(`http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/`);
const agent = new Agent({ keepAlive: true, maxSockets: 2 });
let currentRequestId;

// The cloud holds the other end of stdin. When it dies, even by kill -9, so do we.
process.stdin.on('end', leave).on('error', leave).resume();
// Ctrl-C reaches the whole group; the cloud decides when its functions end.
process.on('SIGINT', () => {});
process.on('uncaughtException', (error) => crash(error, 129));
process.on('unhandledRejection', (reason) =>
  crash({ name: 'Runtime.UnhandledPromiseRejection', message: String(reason), stack: reason?.stack }, 128),
);

const handler = await load().catch(async (error) => {
  await call('POST', 'init/error', describe(error)).catch(() => {});
  process.exit(1);
});

for (;;) {
  const next = await call('GET', 'invocation/next').catch(leave);
  await serve(next);
}

async function serve(next) {
  const requestId = next.headers['lambda-runtime-aws-request-id'];
  currentRequestId = requestId;
  process.env._X_AMZN_TRACE_ID = next.headers['lambda-runtime-trace-id'] ?? '';
  let answer;
  let kind = 'response';
  try {
    answer = JSON.stringify(await handler(JSON.parse(next.body), contextOf(next.headers))) ?? 'null';
  } catch (error) {
    kind = 'error';
    answer = describe(error);
  }
  await call('POST', `invocation/${requestId}/${kind}`, answer).catch(leave);
  currentRequestId = undefined;
}

function contextOf(headers) {
  const deadlineMs = Number(headers['lambda-runtime-deadline-ms']);
  return {
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis: () => Math.max(0, deadlineMs - Date.now()),
  };
}

async function load() {
  const [file, ...path] = splitHandler(process.env._HANDLER);
  const root = process.env.LAMBDA_TASK_ROOT;
  const found = ['.mjs', '.js', '.cjs'].map((end) => join(root, file + end)).find((name) => existsSync(name));
  if (found === undefined) {
    throw named('Runtime.ImportModuleError', `Cannot find module '${file}' (.mjs, .js, .cjs) in ${root}`);
  }
  const module = await import(pathToFileURL(found).href);
  const target = path.reduce((value, key) => value?.[key] ?? value?.default?.[key], module);
  if (typeof target !== 'function') {
    throw named('Runtime.HandlerNotFound', `${process.env._HANDLER} is undefined or not exported`);
  }
  return target;
}

function splitHandler(name) {
  const cut = name.lastIndexOf('/') + 1;
  const [file, ...path] = name.slice(cut).split('.');
  return [name.slice(0, cut) + file, ...path];
}

function named(name, message) {
  const error = new Error(message);
  error.name = name;
  return error;
}

function describe(error) {
  const isError = typeof error === 'object' && error !== null && 'message' in error;
  return JSON.stringify({
    errorType: isError ? (error.name ?? 'Error') : typeof error,
    errorMessage: isError ? String(error.message) : String(error),
    trace: isError ? String(error.stack ?? '').split('\n') : [],
  });
}

async function crash(error, code) {
  process.stderr.write(`${error?.stack ?? error?.message ?? error}\n`);
  const where = currentRequestId === undefined ? 'init/error' : `invocation/${currentRequestId}/error`;
  await call('POST', where, describe(error)).catch(() => {});
  process.exit(code);
}

function leave() {
  process.exit(1);
}

function call(method, path, body) {
  return new Promise((resolve, reject) => {
    const outgoing = request(new URL(path, api), { method, agent }, (incoming) => {
      const chunks = [];
      incoming.on('data', (chunk) => chunks.push(chunk));
      incoming.on('error', reject);
      incoming.on('end', () => {
        const isAccepted = incoming.statusCode < 300;
        if (isAccepted) resolve({ headers: incoming.headers, body: Buffer.concat(chunks).toString() });
        else reject(new Error(`Runtime API answered ${incoming.statusCode} to ${method} ${path}`));
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
