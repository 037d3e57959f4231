import { join, relative, resolve } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { writeCloudFile } from '../local/cloud-file.ts';
import type { LocalRun } from '../local/run.ts';
import type { Told } from '../shared/ports/outbox.ts';
import { CommandFailed, EXIT, answer, table } from './output.ts';
import type { Terminal } from './output.ts';
import { JSON_OPTION, examples } from './program.ts';
import type { AddCommand } from './program.ts';
import { clientEnvironment, PROJECT_DIR, STATE_OPTION } from './running-cloud.ts';
import { toldLine, toldOf } from './told.ts';

interface LocalOptions {
  readonly catalog: string;
  readonly state: string;
  readonly port: number;
  readonly fresh?: boolean;
  readonly cloudLike?: boolean;
  readonly webHooks?: boolean;
  readonly json?: boolean;
  readonly console: boolean;
  readonly consolePort?: number;
  readonly prometheusPort?: number;
}

const LOOK_EVERY_MS = 500;
const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Runs until it is told to stop; afterwards nothing that it started is left. */
async function runLocal(options: LocalOptions, terminal: Terminal): Promise<void> {
  const isJson = options.json === true;
  const tell = (line: string) => {
    if (!isJson) terminal.out(`${line}\n`);
  };
  const ending = new AbortController();
  const onSignal = () => {
    if (!ending.signal.aborted) tell('stopping …');
    ending.abort();
  };
  for (const signal of STOP_SIGNALS) process.on(signal, onSignal);
  try {
    const run = await start(options, ending.signal, tell);
    if (run === null) return;
    const pages = await openPages(run, options);
    answer(
      terminal,
      isJson,
      { event: 'started', ...run.announced, ...pages.at, services: run.services },
      () => welcome(run, pages.at),
    );
    const stopTelling = tellMessages(run, (told) => {
      answer(terminal, isJson, { event: 'told', ...told }, () => [toldLine(told)]);
    });
    await aborted(ending.signal);
    await pages.close();
    await run.stop();
    stopTelling();
    answer(terminal, isJson, { event: 'stopped' }, () => ['stopped; nothing is left running']);
  } finally {
    for (const signal of STOP_SIGNALS) process.off(signal, onSignal);
  }
}

/** Null if it was told to stop before it had started. */
async function start(
  { catalog, state, port, fresh, cloudLike, webHooks }: LocalOptions,
  signal: AbortSignal,
  tell: (line: string) => void,
): Promise<LocalRun | null> {
  const onStep = (step: string) => {
    tell(`… ${step}`);
  };
  // Only now: the cloud's modules would slow every other command down.
  const { startLocal } = await import('../local/run.ts');
  try {
    return await startLocal({
      catalogDir: catalog,
      stateDir: state,
      port,
      fresh: fresh === true,
      cloudLike: cloudLike === true,
      webHooks: webHooks === true,
      signal,
      onStep,
    });
  } catch (error) {
    if (signal.aborted) return null;
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandFailed(EXIT.cannot, reason, { cause: error });
  }
}

interface Pages {
  readonly prometheus: string;
  readonly console?: string;
}

/**
 * Serves the Prometheus API, and the console unless it is not wanted, and announces where. If they cannot be
 * served, the cloud ends again.
 */
async function openPages(
  run: LocalRun,
  options: LocalOptions,
): Promise<{ at: Pages; close: () => Promise<void> }> {
  const opened: { readonly url: string; readonly close: () => Promise<void> }[] = [];
  const close = async () => {
    for (const one of opened) await one.close();
  };
  try {
    const { openLocalPrometheus } = await import('./local-prometheus.ts');
    const prometheus = await openLocalPrometheus(run, options.prometheusPort);
    opened.push(prometheus);
    if (!options.console) return { at: { prometheus: prometheus.url }, close };
    const { openLocalConsole } = await import('./local-console.ts');
    const page = await openLocalConsole(run, options.consolePort);
    opened.push(page);
    writeCloudFile(resolve(options.state), { ...run.announced, console: page.url });
    return { at: { prometheus: prometheus.url, console: page.url }, close };
  } catch (error) {
    await close();
    await run.stop();
    throw new CommandFailed(EXIT.cannot, error instanceof Error ? error.message : String(error), {
      cause: error,
    });
  }
}

/**
 * Tells every message to people from now on, oldest first.
 * @returns the function that stops it, after a last look
 */
function tellMessages({ cloud, catalog }: LocalRun, tell: (told: Told) => void): () => void {
  let seen = cloud.services.sns.outbox().length;
  const look = () => {
    const messages = cloud.services.sns.outbox().slice(seen);
    seen += messages.length;
    for (const told of toldOf(messages, catalog)) tell(told);
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  return () => {
    clearInterval(timer);
    look();
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) done();
    signal.addEventListener('abort', () => {
      done();
    });
  });
}

function welcome(run: LocalRun, { console: page, prometheus }: Pages): string[] {
  const fromHere = (path: string) => relative(process.cwd(), path) || '.';
  const { endpoint, services, announced, cloud } = run;
  const rows = services.map(({ service, port }) => [
    `  ${service}`,
    port === undefined ? '(serves nothing)' : `http://127.0.0.1:${port}`,
  ]);
  const [broken] = services;
  const played = services.some(({ environment }) => environment['PLAYS'] !== undefined);
  return [
    '',
    ...(page === undefined ? [] : [`Watch it in a browser: ${page}`]),
    `The embedded cloud is up on ${endpoint} (Region ${announced.region}).`,
    announced.cloudLike
      ? 'It keeps AWS’ own delays and the catalog’s own intervals: expect minutes, not seconds.'
      : 'It looks more often than AWS would, so that nobody waits; --cloud-like keeps AWS’ own delays.',
    ...(rows.length === 0
      ? ['The catalog has no workload.yaml: no services run.']
      : ['Services:', ...table(rows)]),
    `Messages to people: ${fromHere(announced.outbox)}   Log: ${fromHere(cloud.logFile ?? '')}`,
    `Prometheus API, for Grafana: ${prometheus}`,
    '',
    'Try, in another terminal:',
    ...(broken === undefined ? [] : [`  npx homeostat fault ${broken.service} crash`]),
    ...(played ? ['  npx homeostat fault --list'] : []),
    '  npx homeostat incidents',
    '',
    'The AWS CLI and every SDK work on it; paste this into a shell:',
    `  ${clientEnvironment(announced)}`,
    '',
    'Ctrl-C stops everything. Who is told shows up here:',
  ];
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('Expected a port from 1 to 65535, or 0 for any free one.');
}

export const addLocal: AddCommand = (program, terminal) => {
  program
    .command('local')
    .description('run everything on this machine: an embedded cloud, the catalog, its services')
    .option('--catalog <dir>', 'the catalog', join(PROJECT_DIR, 'examples/quickstart'))
    .option('--port <number>', 'port of the cloud on 127.0.0.1; 0 takes any free one', parsePort, 0)
    .option('--cloud-like', "AWS' own delays and the catalog's own intervals, in place of a laptop's")
    .option(
      '--console-port <number>',
      'port of the web page on 127.0.0.1; 0 takes any free one (default: 8080, or the next free)',
      parsePort,
    )
    .option(
      '--prometheus-port <number>',
      'port of the Prometheus API on 127.0.0.1; 0 takes any free one (default: 9090, or the next free)',
      parsePort,
    )
    .option('--no-console', 'without the web page')
    .option('--web-hooks', 'really call web hooks outside this machine; else they are told in the outbox')
    .option('--fresh', 'forget all earlier incidents, metrics and state')
    .option(...STATE_OPTION)
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      examples(
        ['homeostat local', 'the quick start; Ctrl-C stops it'],
        ['homeostat local --catalog ops/catalog', 'your own catalog'],
        ['homeostat local --cloud-like', 'as slow as AWS: minutes, not seconds'],
        ['homeostat local --fresh --port 4566', 'from nothing, on a fixed port'],
      ),
    )
    .action((options: LocalOptions) => runLocal(options, terminal));
};
