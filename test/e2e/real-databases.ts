import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { freePort } from '../contract/free-port.ts';

const REDIS = 'redis-server';
const EXPORTERS = {
  node: 'prometheus-node-exporter',
  redis: 'prometheus-redis-exporter',
  postgres: 'prometheus-postgres-exporter',
} as const;
export type Exporter = keyof typeof EXPORTERS;

const DEBIAN_POSTGRES = '/usr/lib/postgresql';

/** What of Debian's packages is missing on this machine; empty if all is there. */
export function missingParts(): string[] {
  const commands = [REDIS, ...Object.values(EXPORTERS)].filter(
    (name) => spawnSync(name, ['--version']).error !== undefined,
  );
  return postgresFolder() === undefined ? [...commands, 'postgresql'] : commands;
}

function postgresFolder(): string | undefined {
  if (!existsSync(DEBIAN_POSTGRES)) return undefined;
  return readdirSync(DEBIAN_POSTGRES)
    .map((version) => join(DEBIAN_POSTGRES, version, 'bin'))
    .find((folder) => existsSync(join(folder, 'postgres')));
}

/** Redis, PostgreSQL, and Prometheus' exporters beside them, as Debian ships them, on ports of their own. */
export interface RealDatabases {
  /** `host:port` of each exporter. */
  readonly exporters: Readonly<Record<Exporter, string>>;
  readonly redis: Part;
  readonly postgres: Part;
  readonly redisExporter: Part;
  /** Ends everything, and removes its files. */
  readonly stop: () => Promise<void>;
}

/** One program that can be ended and started again, on the same port and files. */
export interface Part {
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

export async function startDatabases(): Promise<RealDatabases> {
  const folder = mkdtempSync(join(tmpdir(), 'databases-'));
  chmodSync(folder, 0o755);
  const ports = await freePorts(['redis', 'postgres', 'nodeExporter', 'redisExporter', 'postgresExporter']);
  const redis = aPart(
    REDIS,
    ['--port', ports.redis, '--bind', '127.0.0.1', '--save', '', '--dir', folder],
    ports.redis,
  );
  const postgres = aPostgres(join(folder, 'postgres'), ports.postgres);
  const listen = (port: string) => [`--web.listen-address=127.0.0.1:${port}`];
  const nodeExporter = aPart(EXPORTERS.node, listen(ports.nodeExporter), ports.nodeExporter);
  const redisExporter = aPart(
    EXPORTERS.redis,
    [`-redis.addr=redis://127.0.0.1:${ports.redis}`, `-web.listen-address=127.0.0.1:${ports.redisExporter}`],
    ports.redisExporter,
  );
  const postgresExporter = aPart(EXPORTERS.postgres, listen(ports.postgresExporter), ports.postgresExporter, {
    DATA_SOURCE_NAME: `postgresql://postgres@127.0.0.1:${ports.postgres}/postgres?sslmode=disable`,
  });
  const parts = [redis, postgres, nodeExporter, redisExporter, postgresExporter];
  const stop = async (): Promise<void> => {
    await Promise.all(parts.map((part) => part.stop()));
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await Promise.all(parts.map((part) => part.start()));
  } catch (error) {
    await stop();
    throw error;
  }
  const at = (port: string) => `127.0.0.1:${port}`;
  return {
    exporters: {
      node: at(ports.nodeExporter),
      redis: at(ports.redisExporter),
      postgres: at(ports.postgresExporter),
    },
    redis,
    postgres,
    redisExporter,
    stop,
  };
}

async function freePorts<Name extends string>(names: readonly Name[]): Promise<Record<Name, string>> {
  const pairs: [Name, string][] = [];
  for (const name of names) pairs.push([name, String(await freePort())]);
  return Object.fromEntries(pairs) as Record<Name, string>;
}

/** PostgreSQL refuses to run as root: then it runs as the user that Debian made for it. */
function aPostgres(folder: string, port: string): Part {
  const programs = postgresFolder() ?? '';
  const isRoot = process.getuid?.() === 0;
  const asUser = (program: string, args: readonly string[]): [string, string[]] => {
    const command = [join(programs, program), ...args];
    return isRoot ? ['runuser', ['-u', 'postgres', '--', ...command]] : [command[0] ?? '', command.slice(1)];
  };
  mkdirSync(folder);
  if (isRoot) run('chown', ['postgres', folder]);
  run(...asUser('initdb', ['-D', folder, '-A', 'trust', '-U', 'postgres', '--no-sync']));
  chmodSync(folder, 0o700);
  const settings = ['-D', folder, '-p', port, '-h', '127.0.0.1', '-k', folder, '-F'];
  return aPart(...asUser('postgres', settings), port);
}

function run(command: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed: ${stderr}`);
}

const READY_WITHIN_MS = 30_000;

function aPart(command: string, args: readonly string[], port: string, env: NodeJS.ProcessEnv = {}): Part {
  let child: ChildProcess | undefined;
  return {
    start: async () => {
      // A group of its own: what it starts ends with it.
      const started = spawn(command, args, {
        stdio: 'ignore',
        detached: true,
        env: { ...process.env, ...env },
      });
      child = started;
      const untilMs = Date.now() + READY_WITHIN_MS;
      while (!(await listens(port))) {
        if (started.exitCode !== null || Date.now() > untilMs)
          throw new Error(
            `${command} does not listen on port ${port}; it ended with ${String(started.exitCode)}.`,
          );
        await setTimeout(50);
      }
    },
    stop: async () => {
      const running = child;
      child = undefined;
      if (running?.pid === undefined || running.exitCode !== null || running.signalCode !== null) return;
      const ended = once(running, 'exit');
      // SIGQUIT is PostgreSQL's immediate end; the others end by it as well.
      process.kill(-running.pid, 'SIGQUIT');
      await ended;
    },
  };
}

async function listens(port: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(Number(port), '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}
