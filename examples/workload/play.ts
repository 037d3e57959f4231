// One service of a played system: `node play.ts`. What it shows and which faults it knows stands in the file PLAYS.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import * as z from 'zod';
import { readFault } from '../../local/workload/fault-file.ts';
import { changesFor, readOrders } from '../../local/workload/played/fault-orders.ts';
import type { MetricChange, ProcessFault } from '../../local/workload/played/model.ts';
import { PlayedService } from '../../local/workload/played/played-service.ts';
import { readPlayedModel } from '../../local/workload/played/read-model.ts';
import { renderExposition, TEXT_FORMAT } from '../../local/workload/played/render.ts';
import { CRASH_EXIT_CODE } from './fault-watch.ts';
import { createLog } from './log.ts';

/** So often it looks for faults and lets the metrics go on. */
const LOOK_MS = 250;

const Settings = z.object({
  PLAYS: z.string().min(1),
  PORT: z.coerce.number().int().min(1).max(65_535),
  HOST: z.string().min(1).default('127.0.0.1'),
  ECS_SERVICE: z.string().min(1),
  ECS_TASK_ID: z.string().min(1),
  ECS_DEPLOYMENT_ID: z.string().min(1),
  FAULTS_DIR: z.string().min(1),
});

const settings = readSettings(process.env);
const own = { service: settings.ECS_SERVICE, deploymentId: settings.ECS_DEPLOYMENT_ID };
const log = createLog({ service: own.service, taskId: settings.ECS_TASK_ID });
const model = readPlayedModel(readFileSync(settings.PLAYS, 'utf8'), settings.PLAYS);
const metrics = model.services[own.service];
if (metrics === undefined)
  throw new Error(`${settings.PLAYS} says nothing about the service "${own.service}".`);
const played = new PlayedService(metrics, { startMs: Date.now(), random: Math.random });

const complained = new Set<string>();
const complain = (problem: string) => {
  if (!complained.has(problem)) log('warn', problem);
  complained.add(problem);
};
let processFault: ProcessFault | undefined;
let suffersFrom = '';
let lookedMs = Date.now();

function look(): void {
  const changes = changesFor(model, readOrders(settings.FAULTS_DIR, complain), own);
  const asked = readFault(settings.FAULTS_DIR, own, complain);
  processFault = changes.find((change) => change.kind === 'process')?.process ?? processFaultOf(asked);
  const now = JSON.stringify([changes, processFault]);
  if (suffersFrom !== '' && now !== suffersFrom)
    log('warn', 'the faults have changed', { changes, processFault });
  suffersFrom = now;
  if (processFault === 'crash') process.exit(CRASH_EXIT_CODE);
  const nowMs = Date.now();
  played.advance(
    Math.max(0, nowMs - lookedMs),
    changes.filter((change): change is MetricChange => change.kind === 'metric'),
  );
  lookedMs = nowMs;
}

function processFaultOf(asked: string | null): ProcessFault | undefined {
  return asked === 'crash' || asked === 'hang' ? asked : undefined;
}

function serve(request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  // Accepted and never answered: no reply and no close, as a dead-locked process would do.
  if (processFault === 'hang') return;
  const path = new URL(request.url ?? '/', 'http://service').pathname;
  if (path === '/metrics') {
    look();
    response.writeHead(200, { 'content-type': TEXT_FORMAT }).end(renderExposition(played.families()));
  } else if (path === '/health') {
    const isWell = processFault === undefined;
    const body = JSON.stringify({ status: isWell ? 'healthy' : 'unhealthy' });
    response.writeHead(isWell ? 200 : 503, { 'content-type': 'application/json' }).end(body);
  } else {
    response.writeHead(404).end('Here are only /metrics and /health.\n');
  }
}

function readSettings(env: NodeJS.ProcessEnv): z.output<typeof Settings> {
  const read = Settings.safeParse(env);
  if (read.success) return read.data;
  throw new Error(
    `The service cannot be played:\n${z.prettifyError(read.error)}\nThese are set in workload.yaml ("plays", "port") and by ECS.`,
  );
}

look();
setInterval(look, LOOK_MS).unref();
const server = createServer(serve);
server.on('error', (error) => {
  log('error', `cannot listen on ${settings.HOST}:${String(settings.PORT)}`, { error: error.message });
  process.exit(1);
});
server.listen(settings.PORT, settings.HOST, () => {
  log('info', `plays on ${settings.HOST}:${String(settings.PORT)}`, { deployment: own.deploymentId });
});
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    log('info', `stops on ${signal}`);
    server.close();
    server.closeAllConnections();
  });
}
